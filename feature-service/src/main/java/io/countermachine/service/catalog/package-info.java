/** The catalog of the running service. Its formulas, sets and descriptions may change. */
package io.countermachine.service.catalog;
