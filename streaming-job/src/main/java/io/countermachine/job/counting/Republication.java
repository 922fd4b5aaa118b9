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
 *
 * <p>A request may come while an earlier one is under way. It then has a number in its namespaces:
 * Flink would make one of two timers of the same key, namespace and instant, and the count of what
 * is left would never end. The earlier timers write nothing any longer, as the new ones write it
 * all; after a restore, which does not tell what was begun where, both do.
 */
final class Republication implements Triggerable<String, String> {
  /** Gives the group's name and the key of every item, with the key as the current one. */
  interface Items {
    void forEach(BiConsumer<String, String> items);
  }

  private static final double SECOND_MILLIS = 1_000;

  /** Between a group's name, which has none, and the number of the request; not with number 0. */
  private static final char NUMBER = '#';

  private final double perSecond;
  private final WriteRateLimiter pace;
  private final Items items;
  private final BiConsumer<String, String> write;
  private final Counter written;
  private InternalTimerService<String> timers;
  private final AtomicLong left = new AtomicLong();
  private long endMillis;

  /** Of the newest request; -1 without one. */
  private int newest = -1;

  /** Timers of requests with a smaller number are superseded. */
  private int oldestInForce;

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
    this.pace = new WriteRateLimiter(perSecond, tickMillis);
    this.items = items;
    this.write = write;
    this.written = written;
  }

  /** Goes on with what a checkpoint has left. */
  void open(InternalTimerService<String> service) throws Exception {
    timers = service;
    service.forEachProcessingTimeTimer(
        (namespace, due) -> {
          left.incrementAndGet();
          endMillis = Math.max(endMillis, due);
          newest = Math.max(newest, numberOf(namespace));
        });
  }

  /** Sets every item to be written again, beginning now. */
  void begin(long nowMillis) {
    newest++;
    oldestInForce = newest;
    endMillis = nowMillis;
    String suffix = newest == 0 ? "" : NUMBER + Integer.toString(newest);
    long[] number = {0};
    items.forEach(
        (group, key) -> {
          long due = nowMillis + (long) (number[0]++ * SECOND_MILLIS / perSecond);
          timers.registerProcessingTimeTimer(group + suffix, due);
          endMillis = Math.max(endMillis, due);
        });
    left.set(number[0]);
  }

  private static int numberOf(String namespace) {
    int mark = namespace.indexOf(NUMBER);
    return mark < 0 ? 0 : Integer.parseInt(namespace, mark + 1, namespace.length(), 10);
  }

  private static String groupOf(String namespace) {
    int mark = namespace.indexOf(NUMBER);
    return mark < 0 ? namespace : namespace.substring(0, mark);
  }

  @Override
  public void onProcessingTime(InternalTimer<String, String> timer) {
    if (numberOf(timer.getNamespace()) < oldestInForce) {
      return;
    }
    long now = timers.currentProcessingTime();
    long placed = pace.place(now);
    if (placed > now) {
      timers.registerProcessingTimeTimer(timer.getNamespace(), placed);
      endMillis = Math.max(endMillis, placed);
      return;
    }
    left.decrementAndGet();
    written.inc();
    write.accept(groupOf(timer.getNamespace()), timer.getKey());
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
