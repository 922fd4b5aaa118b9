package io.countermachine.bench.pipeline;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.countermachine.local.stub.DynamoDbStub;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Sends events of users that nobody else sends for, fifty a second, while it is open. */
final class DelayProbe implements AutoCloseable {
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** An event: its user, and when it was given to the producer. */
  record Sent(String user, long epochMillis) {}

  private final EventTopic topic;
  private final Queue<Sent> sent = new ConcurrentLinkedQueue<>();
  private final Thread thread = new Thread(this::run, "delay-probe");
  private volatile boolean open = true;
  private volatile Throwable failure;

  private DelayProbe(EventTopic topic) {
    this.topic = topic;
    thread.setUncaughtExceptionHandler((failed, cause) -> failure = cause);
  }

  /** Begins to send. */
  static DelayProbe start(EventTopic topic) {
    DelayProbe probe = new DelayProbe(topic);
    probe.thread.start();
    return probe;
  }

  private void run() {
    long next = System.nanoTime();
    for (int number = 0; open; number++) {
      send(DynamoDbStub.WATCHED + number);
      next += EVERY_NANOS;
      for (long wait = EVERY_NANOS; open && wait > 0; wait = next - System.nanoTime()) {
        LockSupport.parkNanos(wait);
      }
    }
  }

  private void send(String user) {
    Sent event = new Sent(user, System.currentTimeMillis());
    topic.send(
        "{\"eventName\":\"like\",\"userId\":\"%s\",\"eventTs\":%d}"
            .formatted(user, event.epochMillis() / 1_000)
            .getBytes(US_ASCII));
    sent.add(event);
  }

  /** What was sent so far, in order; grows while the probe is open. */
  Queue<Sent> sent() {
    return sent;
  }

  /** Whether more may be sent. */
  boolean isSending() {
    return thread.isAlive();
  }

  /** Sends no more. */
  @Override
  public void close() {
    open = false;
    LockSupport.unpark(thread);
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
