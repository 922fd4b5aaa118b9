package io.countermachine.bench.pipeline;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Sends drawn events of now to a topic at a steady rate. */
final class SteadyLoad {
  /** Shorter than what the producer waits for, so that it does not make larger batches. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final EventTopic topic;
  private final EventStream events;
  private final double perSecond;

  SteadyLoad(EventTopic topic, EventStream events, double perSecond) {
    this.topic = topic;
    this.events = events;
    this.perSecond = perSecond;
  }

  /** Sends for some seconds; what is late is sent at once. */
  void send(double seconds) {
    sendUntil(() -> false, seconds);
  }

  /** The same, but only until something is done. */
  void sendUntil(BooleanSupplier done, double mostSeconds) {
    long begin = System.nanoTime();
    long all = (long) (perSecond * mostSeconds);
    for (long sent = 0; sent < all && !done.getAsBoolean(); ) {
      long due = (long) ((System.nanoTime() - begin) / 1e9 * perSecond);
      for (; sent < Math.min(due, all); sent++) {
        sendOne();
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Sends one event. */
  void sendOne() {
    events.draw(System.currentTimeMillis() / 1_000);
    topic.send(events.json());
  }
}
