/** Copies of items, so that most keys are read without a call. */
package io.countermachine.service.store.cache;
