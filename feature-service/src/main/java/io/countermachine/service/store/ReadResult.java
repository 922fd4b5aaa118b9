package io.countermachine.service.store;

import io.countermachine.item.StoredCounters;

/**
 * What a read of one key gave.
 *
 * @param item what is stored, or null
 * @param failed whether the store failed for this key, so that nothing is known of it
 */
public record ReadResult(StoredCounters item, boolean failed) {
  /** Nothing is stored. */
  public static final ReadResult ABSENT = new ReadResult(null, false);

  /** The store failed; never to be taken for nothing stored. */
  public static final ReadResult FAILED = new ReadResult(null, true);

  public static ReadResult found(StoredCounters item) {
    return new ReadResult(item, false);
  }
}
