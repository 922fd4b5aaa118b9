package io.countermachine.item;

import io.countermachine.measure.Expiry;
import io.countermachine.measure.ItemValues;
import java.util.OptionalLong;

/**
 * One item as read from the table.
 *
 * @param values not to be changed, as copies of an item are shared
 * @param expiresAtSeconds epoch seconds from which the item counts as absent; empty where it never
 *     expires
 */
public record StoredItem(ItemValues values, OptionalLong expiresAtSeconds) {
  /**
   * Whether the item has expired at a clock's instant; the table removes expired items only days
   * later.
   */
  public boolean isExpiredAt(long clockMillis) {
    return Expiry.isPast(expiresAtSeconds.orElse(Expiry.NEVER), clockMillis);
  }
}
