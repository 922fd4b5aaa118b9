package io.countermachine.job.counting;

import io.countermachine.catalog.Precision;
import io.countermachine.measure.Counters;
import io.countermachine.measure.Schema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * The keys of one group whose unwritten events change so little that their write can wait.
 *
 * <p>The table shows the key's counters without the unwritten events. Both decay by the same
 * factors, so the unwritten fraction of a value changes only when events arrive, not with time. So
 * it is enough to keep the sum of the unwritten events and compare it with the counters when events
 * arrive (docs/decisions/0009).
 *
 * <p>Kept in memory. The set stays small because a deferred key has had at least {@code 1 /
 * precision} events within its shortest interval. If there is no room, keys are written.
 */
final class DeferredWrites {
  private final double fraction;
  private final long maxWaitMillis;
  private final long flushMillis;
  private final BooleanSupplier room;

  /** In the order of their first unwritten event. */
  private final Map<String, Unwritten> keys = new LinkedHashMap<>();

  private static final class Unwritten {
    private final Counters sum;
    private final long firstMillis;
    private long countedMillis;

    private Unwritten(Counters sum, long nowMillis) {
      this.sum = sum;
      this.firstMillis = nowMillis;
      this.countedMillis = nowMillis;
    }
  }

  /**
   * Creates an empty set. A key becomes due early, by the flush interval that its slot may take and
   * the time that its events may have waited before.
   *
   * @param summedFor how long an event may have waited in a sum when it arrives
   * @param room whether one more key may be deferred
   */
  DeferredWrites(
      Precision precision, Duration flushInterval, Duration summedFor, BooleanSupplier room) {
    fraction = precision.fraction();
    flushMillis = flushInterval.toMillis();
    maxWaitMillis =
        Math.max(0, precision.maxStale().toMillis() - flushMillis - summedFor.toMillis());
    this.room = room;
  }

  /**
   * Defers the write of a key if its unwritten events change its values by less than the precision.
   *
   * @param events their sum
   * @param counters the key's counters including them
   * @return true if the key can wait; otherwise it is no longer deferred and must be written
   */
  boolean offer(String key, Counters events, Counters counters, long nowMillis) {
    Unwritten pending = keys.get(key);
    Counters sum = pending == null ? new Counters(counters.schema()) : pending.sum;
    sum.merge(events);
    if (maxWaitMillis == 0 || isBeyond(sum, counters)) {
      keys.remove(key);
      return false;
    }
    if (pending == null) {
      if (!room.getAsBoolean()) {
        return false;
      }
      keys.put(key, new Unwritten(sum, nowMillis));
    }
    return true;
  }

  /**
   * Returns true if some value differs by more than the permitted fraction, or if anything but
   * plain numbers changed, because the size of such a change is unknown.
   */
  private boolean isBeyond(Counters pending, Counters counters) {
    Schema schema = counters.schema();
    int measures = schema.measures().size();
    // Any event changes the key's sessions.
    if (schema.hasSessions()) {
      return true;
    }
    for (int measure = 0; measure < measures; measure++) {
      if (!schema.isPlain(measure) && pending.happened(measure)) {
        return true;
      }
    }
    for (int interval = 0; interval < schema.intervals().size(); interval++) {
      double factor = pending.factorAt(interval, counters.lastUpdateMillis());
      for (int measure = 0; measure < measures; measure++) {
        double difference = Math.abs(pending.stored(measure, interval)) * factor;
        if (difference > fraction * Math.abs(counters.stored(measure, interval))) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Returns true if this change replaces a write that would otherwise happen: once per flush
   * interval and key.
   */
  boolean savesAWrite(String key, long nowMillis) {
    Unwritten pending = keys.get(key);
    if (nowMillis < pending.countedMillis) {
      return false;
    }
    pending.countedMillis = nowMillis + flushMillis;
    return true;
  }

  /** Drops the unwritten events of a key that is written now. */
  void written(String key) {
    keys.remove(key);
  }

  /** Removes and returns the keys that cannot wait any longer. */
  List<String> takeOverdue(long nowMillis) {
    List<String> overdue = new ArrayList<>();
    Iterator<Map.Entry<String, Unwritten>> oldest = keys.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<String, Unwritten> next = oldest.next();
      long waited = nowMillis - next.getValue().firstMillis;
      // Negative if the clock was set back by an unknown amount.
      if (waited >= 0 && waited < maxWaitMillis) {
        break;
      }
      overdue.add(next.getKey());
      oldest.remove();
    }
    return overdue;
  }

  /** All deferred keys. */
  Iterable<String> waiting() {
    return keys.keySet();
  }

  /**
   * The instant of the first unwritten event of the oldest key, epoch milliseconds; {@link
   * Long#MAX_VALUE} without keys.
   */
  long sinceMillis() {
    Iterator<Unwritten> oldest = keys.values().iterator();
    return oldest.hasNext() ? oldest.next().firstMillis : Long.MAX_VALUE;
  }

  void clear() {
    keys.clear();
  }

  int size() {
    return keys.size();
  }
}
