/** The store's interface for the rest of the service. */
package io.countermachine.service.store;
