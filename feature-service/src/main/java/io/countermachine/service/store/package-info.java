/** The store as the rest of the service sees it. */
package io.countermachine.service.store;
