package io.countermachine.bench.pipeline;

import java.util.concurrent.TimeUnit;

/**
 * When a probe's events are due: the one after the other, however late an earlier one was sent.
 *
 * @param beginNanos when the first is due, of {@link System#nanoTime()}
 * @param beginMillis the same instant, epoch milliseconds
 * @param everyNanos from one to the next
 */
record ProbeSchedule(long beginNanos, long beginMillis, long everyNanos) {
  /** When an event is due, since the first. */
  long dueNanos(int number) {
    return number * everyNanos;
  }

  /** When an event is due, epoch milliseconds. */
  long dueMillis(int number) {
    return beginMillis + TimeUnit.NANOSECONDS.toMillis(dueNanos(number));
  }
}
