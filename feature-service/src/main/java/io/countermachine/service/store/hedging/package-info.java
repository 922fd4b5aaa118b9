/** A second call where the first is late. */
package io.countermachine.service.store.hedging;
