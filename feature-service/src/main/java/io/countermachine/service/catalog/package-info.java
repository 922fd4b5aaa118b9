/** The catalog of the running service, whose formulas, sets and words may change. */
package io.countermachine.service.catalog;
