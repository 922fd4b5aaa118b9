package io.countermachine.job.counting;

import io.countermachine.catalog.Group;
import io.countermachine.measure.Counters;
import io.countermachine.measure.Expiry;
import io.countermachine.measure.Schema;

/**
 * One item to put into the table, or to remove from it.
 *
 * @param key the joined key, the item's partition key
 * @param counters all counters of the group and key; read them at once and do not keep them,
 *     because the state continues to change the object
 * @param expiresAtSeconds epoch seconds, {@link #NEVER_EXPIRES}, or {@link #REMOVED}
 * @param changedMillis the instant of the oldest change that this write may be the first to
 *     contain, epoch milliseconds
 */
public record ItemWrite(String key, Counters counters, long expiresAtSeconds, long changedMillis) {
  /** For items that the table keeps for ever. */
  public static final long NEVER_EXPIRES = Expiry.NEVER;

  /** For items that are removed, whose counters are empty. */
  public static final long REMOVED = Long.MIN_VALUE;

  /** A removal of an item. */
  static ItemWrite removal(String key, Schema schema, long changedMillis) {
    return new ItemWrite(key, new Counters(schema), REMOVED, changedMillis);
  }

  /** Returns true if the item is removed. */
  public boolean isRemoval() {
    return expiresAtSeconds == REMOVED;
  }

  /**
   * The expiry, in epoch seconds, of an item of the group that is written now. It leaves time for a
   * deferred change of its key.
   */
  public static long expiryOf(Group group, long nowMillis) {
    long mayWait = group.precision().map(precision -> precision.maxStale().toMillis()).orElse(0L);
    return group
        .retain()
        .map(retain -> -Math.floorDiv(-(nowMillis + retain.toMillis() + mayWait), 1000))
        .orElse(NEVER_EXPIRES);
  }
}
