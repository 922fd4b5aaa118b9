package io.countermachine.bench.pipeline;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.countermachine.local.stub.DynamoDbStub;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Sends 25 events per second, each of a user of its own that nobody else uses, until it is stopped:
 * too few to be a load. Each event is due at an instant of a fixed schedule, and measured from
 * then. If sending stalls, due events are sent late, not skipped, and their delay is longer.
 */
final class DelayProbe implements AutoCloseable {
  static final long EVERY_MILLIS = 40;

  private static final long NOT_YET = Long.MAX_VALUE;

  /**
   * An event.
   *
   * @param user the event's user
   * @param dueMillis when it was due, epoch milliseconds
   * @param sentNanos when it was passed to the producer, a time of {@link System#nanoTime()}
   * @param isMeasured whether it counts, or only warms up the service
   */
  record Sent(String user, long dueMillis, long sentNanos, boolean isMeasured) {}

  /**
   * The schedule of events, which does not depend on when earlier ones were sent.
   *
   * @param beginNanos when the first is due, a time of {@link System#nanoTime()}
   * @param beginMillis the same instant, epoch milliseconds
   * @param everyNanos the interval between events
   */
  record Schedule(long beginNanos, long beginMillis, long everyNanos) {
    /** When an event is due, relative to the first. */
    long dueNanos(int number) {
      return number * everyNanos;
    }

    /** When an event is due, epoch milliseconds. */
    long dueMillis(int number) {
      return beginMillis + TimeUnit.NANOSECONDS.toMillis(dueNanos(number));
    }
  }

  private final Consumer<byte[]> topic;
  private final String name;
  private final Queue<Sent> sent = new ConcurrentLinkedQueue<>();
  private final Thread thread = new Thread(this::run, "delay-probe");
  private final Schedule schedule =
      new Schedule(
          System.nanoTime(),
          System.currentTimeMillis(),
          TimeUnit.MILLISECONDS.toNanos(EVERY_MILLIS));
  private volatile long measuredFromNanos = NOT_YET;
  private volatile long endNanos = NOT_YET;
  private volatile Throwable failure;

  private DelayProbe(Consumer<byte[]> topic, String name) {
    this.topic = topic;
    this.name = name;
    thread.setUncaughtExceptionHandler((failed, cause) -> failure = cause);
  }

  /**
   * Starts to send events that are not measured yet.
   *
   * @param topic receives the events
   * @param name a name that no other probe of the topic has
   */
  static DelayProbe start(Consumer<byte[]> topic, String name) {
    DelayProbe probe = new DelayProbe(topic, name);
    probe.thread.start();
    return probe;
  }

  private void run() {
    for (int number = 0; awaitDue(number); number++) {
      send(number);
    }
  }

  /** Waits until an event is due. Returns false if that is not before the end. */
  private boolean awaitDue(int number) {
    long due = schedule.dueNanos(number);
    for (long wait; due < endNanos && (wait = due - elapsedNanos()) > 0; ) {
      LockSupport.parkNanos(wait);
    }
    return due < endNanos;
  }

  private void send(int number) {
    String user = DynamoDbStub.WATCHED + name + "-" + number;
    long dueMillis = schedule.dueMillis(number);
    boolean isMeasured = schedule.dueNanos(number) >= measuredFromNanos;
    Sent event = new Sent(user, dueMillis, System.nanoTime(), isMeasured);
    topic.accept(
        "{\"eventName\":\"like\",\"userId\":\"%s\",\"eventTs\":%d}"
            .formatted(user, dueMillis / 1_000)
            .getBytes(US_ASCII));
    sent.add(event);
  }

  private long elapsedNanos() {
    return System.nanoTime() - schedule.beginNanos();
  }

  /** Events that are due from now on are measured. */
  void measure() {
    measuredFromNanos = elapsedNanos();
  }

  /** Events that are due from now on are not sent. Does not wait for earlier ones. */
  void stop() {
    if (endNanos == NOT_YET) {
      endNanos = elapsedNanos();
      LockSupport.unpark(thread);
    }
  }

  /** The events sent so far, in order. The queue grows while the probe sends. */
  Queue<Sent> sent() {
    return sent;
  }

  /** Returns true if more events may be sent. */
  boolean isSending() {
    return thread.isAlive();
  }

  /** Stops, and waits until all due events have been sent. */
  @Override
  public void close() {
    stop();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the probe ended", e);
    }
    if (failure != null) {
      throw new IllegalStateException("the probe failed: " + failure, failure);
    }
  }
}
