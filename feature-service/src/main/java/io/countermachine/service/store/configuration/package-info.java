/** Assembles the layers of the store as configured. */
package io.countermachine.service.store.configuration;
