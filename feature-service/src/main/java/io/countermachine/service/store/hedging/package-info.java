/** Repeats a call if the first one is late. */
package io.countermachine.service.store.hedging;
