package io.countermachine.job.counting;

import io.countermachine.catalog.Group;
import io.countermachine.measure.Counters;
import io.countermachine.measure.Expiry;

/**
 * One item to put into the table.
 *
 * @param key the joined key, the item's partition key
 * @param counters all counters of the group and key; read at once, not to be kept, as the state
 *     goes on with the object
 * @param expiresAtSeconds epoch seconds, or {@link #NEVER_EXPIRES}
 * @param changedMillis when the oldest change came that this write may be the first to tell, epoch
 *     milliseconds
 */
public record ItemWrite(String key, Counters counters, long expiresAtSeconds, long changedMillis) {
  /** For items that the table keeps for ever. */
  public static final long NEVER_EXPIRES = Expiry.NEVER;

  /**
   * When an item of the group expires that is written now, in epoch seconds. It does not while a
   * change of its key waits.
   */
  public static long expiryOf(Group group, long nowMillis) {
    long mayWait = group.precision().map(precision -> precision.maxStale().toMillis()).orElse(0L);
    return group
        .retain()
        .map(retain -> -Math.floorDiv(-(nowMillis + retain.toMillis() + mayWait), 1000))
        .orElse(NEVER_EXPIRES);
  }
}
