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
 * <p>The table shows what the key's counters were without the unwritten events. Both decay by the
 * same factors, so the part of a value that is unwritten changes with events only and not with
 * time. It is enough to keep the sum of the unwritten events beside the counters and to compare the
 * two when events come (docs/decisions/0009).
 *
 * <p>Kept in memory. The set stays small because a deferred key has had at least {@code 1 /
 * precision} events within its shortest interval. Where there is no room, keys are written.
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
   * Keys come free early: by the flush interval that their slot may take, and by what their events
   * may have waited before.
   *
   * @param summedFor how long an event may have waited in a sum when it comes
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
   * Defers the write of a key, if its events so far say little.
   *
   * @param events their sum
   * @param counters the key's counters with them
   * @return whether the key can wait; if not, it is no longer deferred and has to be written
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
   * Whether some value differs by more than the allowed part of itself, or something happened to
   * what is no plain number: how much that says is not known.
   */
  private boolean isBeyond(Counters pending, Counters counters) {
    Schema schema = counters.schema();
    int measures = schema.measures().size();
    // Any event moves the key's sessions.
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

  /** Forgets what is unwritten of a key that is written now. */
  void written(String key) {
    keys.remove(key);
  }

  /** Takes the keys that cannot wait any longer. */
  List<String> takeOverdue(long nowMillis) {
    List<String> overdue = new ArrayList<>();
    Iterator<Map.Entry<String, Unwritten>> oldest = keys.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<String, Unwritten> next = oldest.next();
      long waited = nowMillis - next.getValue().firstMillis;
      // Below 0 the clock was set back, and nobody knows how long it was.
      if (waited >= 0 && waited < maxWaitMillis) {
        break;
      }
      overdue.add(next.getKey());
      oldest.remove();
    }
    return overdue;
  }

  /** All keys that are deferred. */
  Iterable<String> waiting() {
    return keys.keySet();
  }

  /** When the first unwritten event of the oldest key came; the largest number without keys. */
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
