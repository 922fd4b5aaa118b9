package io.countermachine.job.counting;

import io.countermachine.job.counting.FlushSlots.ChangedKey;
import java.time.Duration;
import java.util.TreeSet;
import org.apache.flink.streaming.api.operators.InternalTimerService;

/**
 * Sees to it that nothing stale stays in the table for ever. Writes have no condition, so an older
 * one that lands late stays. That can happen after a start, when a task manager that was given up
 * still writes, and after an attempt that the sink gave up. The keys that are written soon after a
 * start, and those of lost attempts, are therefore written once more when no older write is
 * expected any longer.
 *
 * <p>Older writes are expected until a time W after the hazard, rounded up to a grid of W/4; the
 * keys are then spread over another W by their hash. So a confirmation is due at most 2.25 W after
 * the hazard, and hazards of one quarter share it. Each is a timer of its key, with the group as
 * namespace: it is in checkpoints, goes where its key goes, and with RocksDB is not in memory. Of
 * more than {@link #MOST_PER_SECOND} that are due, as after an outage, some get a later timer.
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

  /** When older writes were over after the hazards of this run that may still be confirmed. */
  private final TreeSet<Long> waitEnds = new TreeSet<>();

  private volatile long lastDueMillis;

  /**
   * Begins with a hazard: whether another attempt still writes cannot be known at any start.
   *
   * @param tickMillis how often what is due is written
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
   * Notes a write of the current key. While older writes may still land it is confirmed later; one
   * after that is a confirmation itself.
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

  /** Whether a confirmation of the current key that is due is written now; if not, it will be. */
  boolean isDue(String group, long nowMillis) {
    long placed = pace.place(nowMillis);
    if (placed <= nowMillis) {
      return true;
    }
    timers.registerProcessingTimeTimer(group, placed);
    lastDueMillis = Math.max(lastDueMillis, placed);
    return false;
  }

  /** Notes that an attempt to write the current key was given up. */
  void noteInDoubt(String group, ChangedKey key, long nowMillis) {
    long waitEnd = waitEnd(nowMillis);
    expectUntil(waitEnd);
    timers.registerProcessingTimeTimer(group, due(waitEnd, key));
  }

  /** How long confirmations may still be due; 0 when none is. For any thread. */
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
