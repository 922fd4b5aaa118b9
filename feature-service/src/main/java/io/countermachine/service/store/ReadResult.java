package io.countermachine.service.store;

import io.countermachine.item.StoredItem;

/**
 * What a read of one key gave. Shared between requests, and so not to be changed.
 *
 * @param item what is stored, or null
 * @param failed whether the store failed for this key, so that nothing is known of it
 * @param stale whether the store failed and this is an older copy than requests use otherwise
 * @param askedAtNanos {@link System#nanoTime()} when the store was asked: whatever was written
 *     later may be missing
 */
public record ReadResult(StoredItem item, boolean failed, boolean stale, long askedAtNanos) {
  /** The store failed; never to be taken for nothing stored. */
  public static final ReadResult FAILED = new ReadResult(null, true, false, 0);

  public static ReadResult found(StoredItem item, long askedAtNanos) {
    return new ReadResult(item, false, false, askedAtNanos);
  }

  /** Nothing is stored. */
  public static ReadResult absent(long askedAtNanos) {
    return new ReadResult(null, false, false, askedAtNanos);
  }

  /** The same as what is known although the store failed. */
  public ReadResult asStale() {
    return new ReadResult(item, failed, true, askedAtNanos);
  }
}
