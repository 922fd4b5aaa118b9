package io.countermachine.bench.pipeline;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.countermachine.local.stub.DynamoDbStub;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends events of users that nobody else sends for, a user each, twenty-five a second, while it is
 * open: too few to be a load.
 */
final class DelayProbe implements AutoCloseable {
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(40);

  /**
   * An event.
   *
   * @param user whose it is
   * @param epochMillis when it was given to the producer
   * @param isMeasured whether it counts, or only warms up who is asked for it
   */
  record Sent(String user, long epochMillis, boolean isMeasured) {}

  private final EventTopic topic;
  private final String name;
  private final Queue<Sent> sent = new ConcurrentLinkedQueue<>();
  private final Thread thread = new Thread(this::run, "delay-probe");
  private volatile boolean open = true;
  private volatile boolean measuring;
  private volatile Throwable failure;

  private DelayProbe(EventTopic topic, String name) {
    this.topic = topic;
    this.name = name;
    thread.setUncaughtExceptionHandler((failed, cause) -> failure = cause);
  }

  /**
   * Begins to send what is not measured yet.
   *
   * @param name what no other probe of the topic is called
   */
  static DelayProbe start(EventTopic topic, String name) {
    DelayProbe probe = new DelayProbe(topic, name);
    probe.thread.start();
    return probe;
  }

  private void run() {
    long next = System.nanoTime();
    for (int number = 0; open; number++) {
      send(DynamoDbStub.WATCHED + name + "-" + number);
      next += EVERY_NANOS;
      for (long wait = EVERY_NANOS; open && wait > 0; wait = next - System.nanoTime()) {
        LockSupport.parkNanos(wait);
      }
    }
  }

  private void send(String user) {
    Sent event = new Sent(user, System.currentTimeMillis(), measuring);
    topic.send(
        "{\"eventName\":\"like\",\"userId\":\"%s\",\"eventTs\":%d}"
            .formatted(user, event.epochMillis() / 1_000)
            .getBytes(US_ASCII));
    sent.add(event);
  }

  /** What is sent from now on is measured. */
  void measure() {
    measuring = true;
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
