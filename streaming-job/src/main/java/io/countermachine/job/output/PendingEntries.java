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
 * How long the oldest change has waited among the entries that the sink has sent and DynamoDB has
 * not accepted. Entries not sent yet are younger, because the sink sends in order. A newer entry of
 * a key replaces one that failed, and takes over the instant of its change. Thread-safe.
 */
final class PendingEntries {
  private final LongSupplier clock;
  private final Map<String, Long> changedMillis = new HashMap<>();
  private volatile long oldestMillis = OldestPendingAge.NONE;

  /**
   * Starts without entries.
   *
   * @param clock epoch milliseconds
   */
  PendingEntries(LongSupplier clock) {
    this.clock = clock;
  }

  /** Records that a batch is sent, or sent again. */
  synchronized void sending(List<WriteRequest> batch) {
    for (WriteRequest entry : batch) {
      changedMillis.merge(
          EncodedItem.id(entry), EncodedItem.changedMillis(entry).orElseGet(clock), Math::min);
    }
    findOldest();
  }

  /** Records that DynamoDB has accepted a batch, except for the entries that are left. */
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
   * The instant of the oldest change, epoch milliseconds; {@link OldestPendingAge#NONE} if none is
   * pending.
   */
  long oldestMillis() {
    return oldestMillis;
  }
}
