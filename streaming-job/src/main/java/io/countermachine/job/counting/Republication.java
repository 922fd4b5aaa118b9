package io.countermachine.job.counting;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.Triggerable;

/**
 * Writes every item of this subtask's state again, at a limited rate. Each item is a timer of its
 * key, with the group as namespace. All timers are set at once, so that a checkpoint has all or
 * none of them. Those that have not fired continue after a failure, at any parallelism.
 *
 * <p>A request may come while an earlier one is running. Its namespaces then contain a number:
 * otherwise Flink would merge two timers of the same key, namespace and instant, and the count of
 * remaining items would never reach 0. The earlier timers no longer write anything, because the new
 * ones write everything. After a restore, which does not know which request a timer belongs to,
 * both write.
 */
final class Republication implements Triggerable<String, String> {
  /** Passes on the group's name and the key of every item, with the key set as the current one. */
  interface Items {
    void forEach(BiConsumer<String, String> items);
  }

  private static final double SECOND_MILLIS = 1_000;

  /**
   * Separates a group's name, which does not contain it, from the number of the request. Omitted
   * for number 0.
   */
  private static final char NUMBER = '#';

  private final double perSecond;
  private final WriteRateLimiter pace;
  private final Items items;
  private final BiConsumer<String, String> write;
  private final Counter written;
  private InternalTimerService<String> timers;
  private final AtomicLong left = new AtomicLong();
  private long endMillis;

  /** The number of the newest request; -1 without one. */
  private int newest = -1;

  /** Timers of requests with a smaller number are superseded. */
  private int oldestInForce;

  /**
   * Starts with nothing to write.
   *
   * @param perSecond how many items of this subtask are written per second
   * @param write receives the group's name and the key of an item to write
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

  /** Continues with the timers of a checkpoint. */
  void open(InternalTimerService<String> service) throws Exception {
    timers = service;
    service.forEachProcessingTimeTimer(
        (namespace, due) -> {
          left.incrementAndGet();
          endMillis = Math.max(endMillis, due);
          newest = Math.max(newest, numberOf(namespace));
        });
  }

  /** Schedules every item to be written again, starting now. */
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

  /** Never called, because there is no event time. */
  @Override
  public void onEventTime(InternalTimer<String, String> timer) {}

  /** The number of items that are still to be written. Callable from any thread. */
  long left() {
    return left.get();
  }

  /** When the last item is due; epoch milliseconds. */
  long endMillis() {
    return endMillis;
  }
}
