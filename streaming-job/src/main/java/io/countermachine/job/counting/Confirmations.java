package io.countermachine.job.counting;

import io.countermachine.job.counting.FlushSlots.ChangedKey;
import java.time.Duration;
import java.util.TreeSet;
import org.apache.flink.streaming.api.operators.InternalTimerService;

/**
 * Decides which keys are written once more, so that no stale item stays in the table. Writes have
 * no condition, so an older write that lands late stays. This can happen after a start, if a task
 * manager of an earlier attempt still writes, and after an attempt whose result is unknown. So the
 * keys that are written soon after a start, and those of lost attempts, are written once more when
 * no older write can land any longer.
 *
 * <p>Older writes can land until a time W after the hazard, rounded up to a grid of W/4. The keys
 * are then spread over another W by their hash. So a confirmation is due at most 2.25 W after the
 * hazard, and hazards within the same quarter share it. Each confirmation is a timer of its key,
 * with the group as namespace: it is part of checkpoints, moves with its key, and with RocksDB
 * takes no memory. If more than {@link #MOST_PER_SECOND} are due, as after an outage, the rest get
 * a later timer.
 */
final class Confirmations {
  /** Of one subtask. */
  static final int MOST_PER_SECOND = 5_000;

  private static final int GRID_PARTS = 4;
  private static final int SPREAD_PARTS = 1_024;

  private final InternalTimerService<String> timers;
  private final WriteRateLimiter pace;
  private final long waitMillis;
  private final long gridMillis;
  private final long startWaitEndMillis;

  /** The ends of the waits after this run's hazards whose confirmations may still be due. */
  private final TreeSet<Long> waitEnds = new TreeSet<>();

  private volatile long lastDueMillis;

  /**
   * Starts with a hazard: no start can know whether another attempt still writes.
   *
   * @param tickMillis the interval at which due keys are written
   */
  Confirmations(
      Duration wait, long tickMillis, InternalTimerService<String> timers, long startMillis) {
    this.timers = timers;
    pace = new WriteRateLimiter(MOST_PER_SECOND, tickMillis);
    waitMillis = wait.toMillis();
    gridMillis = Math.max(1, waitMillis / GRID_PARTS);
    startWaitEndMillis = waitEnd(startMillis);
    expectUntil(startWaitEndMillis);
  }

  private void expectUntil(long waitEndMillis) {
    waitEnds.add(waitEndMillis);
    lastDueMillis = Math.max(lastDueMillis, waitEndMillis + waitMillis);
  }

  /**
   * Records a write of the current key. While older writes may still land, the write is confirmed
   * later; a write after that time is a confirmation itself.
   */
  void noteWritten(String group, ChangedKey key, long nowMillis) {
    if (nowMillis < startWaitEndMillis) {
      timers.registerProcessingTimeTimer(group, due(startWaitEndMillis, key));
      return;
    }
    while (!waitEnds.isEmpty() && waitEnds.first() + waitMillis <= nowMillis) {
      waitEnds.pollFirst();
    }
    for (long waitEnd : waitEnds) {
      if (waitEnd > nowMillis) {
        break;
      }
      timers.deleteProcessingTimeTimer(group, due(waitEnd, key));
    }
  }

  /**
   * Returns true if a due confirmation of the current key is to be written now. Otherwise it gets a
   * later timer.
   */
  boolean isDue(String group, long nowMillis) {
    long placed = pace.place(nowMillis);
    if (placed <= nowMillis) {
      return true;
    }
    timers.registerProcessingTimeTimer(group, placed);
    lastDueMillis = Math.max(lastDueMillis, placed);
    return false;
  }

  /** Records that an attempt to write the current key ended without a known result. */
  void noteInDoubt(String group, ChangedKey key, long nowMillis) {
    long waitEnd = waitEnd(nowMillis);
    expectUntil(waitEnd);
    timers.registerProcessingTimeTimer(group, due(waitEnd, key));
  }

  /**
   * How long confirmations may still be due, in milliseconds; 0 if there are none. Callable from
   * any thread.
   */
  long millisLeft(long nowMillis) {
    return Math.max(0, lastDueMillis - nowMillis);
  }

  private long waitEnd(long hazardMillis) {
    return gridPoint(hazardMillis + waitMillis + gridMillis - 1);
  }

  private long gridPoint(long instantMillis) {
    return Math.floorDiv(instantMillis, gridMillis) * gridMillis;
  }

  private long due(long waitEndMillis, ChangedKey key) {
    long part = Math.floorMod(FlushSlots.spread(key.hashCode()), SPREAD_PARTS);
    return waitEndMillis + part * waitMillis / SPREAD_PARTS;
  }
}
