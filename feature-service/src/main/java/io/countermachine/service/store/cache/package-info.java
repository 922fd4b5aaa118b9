/** Caches items, so that most keys need no call to the store. */
package io.countermachine.service.store.cache;
