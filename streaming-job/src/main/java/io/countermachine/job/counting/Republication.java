package io.countermachine.job.counting;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.Triggerable;

/**
 * Writes every item of this subtask's state again, at a limited rate. Each is a timer of its key,
 * with the group as namespace: all are set at once, so that a checkpoint has all or none of them,
 * and those that have not fired go on after a failure, at any parallelism.
 */
final class Republication implements Triggerable<String, String> {
  /** Gives the group's name and the key of every item, with the key as the current one. */
  interface Items {
    void forEach(BiConsumer<String, String> items);
  }

  private static final double SECOND_MILLIS = 1_000;

  private final double perSecond;
  private final WritePace pace;
  private final Items items;
  private final BiConsumer<String, String> write;
  private final Counter written;
  private InternalTimerService<String> timers;
  private final AtomicLong left = new AtomicLong();
  private long endMillis;

  /**
   * Begins with nothing to write.
   *
   * @param perSecond how many items of this subtask are written per second
   * @param write takes the group's name and the key of an item that is to be written
   */
  Republication(
      double perSecond,
      long tickMillis,
      Items items,
      BiConsumer<String, String> write,
      Counter written) {
    this.perSecond = perSecond;
    this.pace = new WritePace(perSecond, tickMillis);
    this.items = items;
    this.write = write;
    this.written = written;
  }

  /** Goes on with what a checkpoint has left. */
  void open(InternalTimerService<String> service) throws Exception {
    timers = service;
    service.forEachProcessingTimeTimer(
        (group, due) -> {
          left.incrementAndGet();
          endMillis = Math.max(endMillis, due);
        });
  }

  /** Sets every item to be written again, beginning now. */
  void begin(long nowMillis) {
    long[] number = {0};
    items.forEach(
        (group, key) -> {
          long due = nowMillis + (long) (number[0]++ * SECOND_MILLIS / perSecond);
          timers.registerProcessingTimeTimer(group, due);
          endMillis = Math.max(endMillis, due);
        });
    left.addAndGet(number[0]);
  }

  @Override
  public void onProcessingTime(InternalTimer<String, String> timer) {
    long now = timers.currentProcessingTime();
    long placed = pace.place(now);
    if (placed > now) {
      timers.registerProcessingTimeTimer(timer.getNamespace(), placed);
      endMillis = Math.max(endMillis, placed);
      return;
    }
    left.decrementAndGet();
    written.inc();
    write.accept(timer.getNamespace(), timer.getKey());
  }

  /** Never called: there is no event time. */
  @Override
  public void onEventTime(InternalTimer<String, String> timer) {}

  /** How many items are still to be written. For any thread. */
  long left() {
    return left.get();
  }

  /** When the last item is due; epoch milliseconds. */
  long endMillis() {
    return endMillis;
  }
}
