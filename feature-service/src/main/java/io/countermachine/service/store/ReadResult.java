package io.countermachine.service.store;

import io.countermachine.item.StoredItem;

/**
 * The result of reading one key. Requests share it, so do not modify it.
 *
 * @param item the stored item, or null
 * @param failed whether the store failed for this key, so that its item is unknown
 * @param stale whether the store failed and the item comes from an older copy than requests
 *     normally use
 * @param askedAtNanos the {@link System#nanoTime()} at which the store was asked; later writes may
 *     be missing
 */
public record ReadResult(StoredItem item, boolean failed, boolean stale, long askedAtNanos) {
  /** The store failed. Never treat this as "nothing is stored". */
  public static final ReadResult FAILED = new ReadResult(null, true, false, 0);

  public static ReadResult found(StoredItem item, long askedAtNanos) {
    return new ReadResult(item, false, false, askedAtNanos);
  }

  /** Creates the result for a key that is not stored. */
  public static ReadResult absent(long askedAtNanos) {
    return new ReadResult(null, false, false, askedAtNanos);
  }

  /** The same result, marked as stale because the store failed since. */
  public ReadResult asStale() {
    return new ReadResult(item, failed, true, askedAtNanos);
  }
}
