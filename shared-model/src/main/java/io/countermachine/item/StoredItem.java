package io.countermachine.item;

import io.countermachine.measure.Expiry;
import io.countermachine.measure.ItemValues;
import java.util.OptionalLong;

/**
 * One item as read from the table.
 *
 * @param values must not be changed, because cached entries of an item are shared
 * @param expiresAtSeconds epoch seconds from which the item counts as absent; empty if it never
 *     expires
 */
public record StoredItem(ItemValues values, OptionalLong expiresAtSeconds) {
  /**
   * Returns true if the item has expired at an instant of the clock; the table may remove expired
   * items only days later.
   */
  public boolean isExpiredAt(long clockMillis) {
    return Expiry.isPast(expiresAtSeconds.orElse(Expiry.NEVER), clockMillis);
  }
}
