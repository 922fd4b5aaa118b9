/** The layers of the store, put together as configured. */
package io.countermachine.service.store.configuration;
