package io.countermachine.job.output;

import io.countermachine.job.counting.OldestPendingAge;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * Since when the oldest change waits of the sink's entries that were sent and that the store has
 * not taken. Entries that were not sent yet are younger, as the sink sends in order. A newer entry
 * of a key takes the place of one that failed, but its change is as old as the one that failed.
 * Safe for several threads.
 */
final class PendingEntries {
  private final LongSupplier clock;
  private final Map<String, Long> changedMillis = new HashMap<>();
  private volatile long oldestMillis = OldestPendingAge.NONE;

  /**
   * Begins without entries.
   *
   * @param clock epoch milliseconds
   */
  PendingEntries(LongSupplier clock) {
    this.clock = clock;
  }

  /** Notes that a batch is sent, or sent again. */
  synchronized void sending(List<WriteRequest> batch) {
    for (WriteRequest entry : batch) {
      changedMillis.merge(
          EncodedItem.id(entry), EncodedItem.changedMillis(entry).orElseGet(clock), Math::min);
    }
    findOldest();
  }

  /** Notes that the store has taken a batch, but for what it left. */
  synchronized void taken(List<WriteRequest> batch, List<WriteRequest> left) {
    Set<String> kept = new HashSet<>();
    left.forEach(entry -> kept.add(EncodedItem.id(entry)));
    for (WriteRequest entry : batch) {
      if (!kept.contains(EncodedItem.id(entry))) {
        changedMillis.remove(EncodedItem.id(entry));
      }
    }
    findOldest();
  }

  private void findOldest() {
    long oldest = OldestPendingAge.NONE;
    for (long changed : changedMillis.values()) {
      oldest = Math.min(oldest, changed);
    }
    oldestMillis = oldest;
  }

  /**
   * When the oldest change came, epoch milliseconds; {@link OldestPendingAge#NONE} where none
   * waits.
   */
  long oldestMillis() {
    return oldestMillis;
  }
}
