package io.countermachine.bench.pipeline;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Repeats an action, usually the sending of an event, at a steady rate. */
final class SteadyLoad {
  /** Shorter than a producer's linger time, so that the pause does not make batches larger. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final double perSecond;
  private final Runnable sendOne;

  SteadyLoad(double perSecond, Runnable sendOne) {
    this.perSecond = perSecond;
    this.sendOne = sendOne;
  }

  /** Sends for some seconds. Late events are sent at once. */
  void send(double seconds) {
    sendUntil(() -> false, seconds);
  }

  /** Sends for some seconds, or until a condition holds. */
  void sendUntil(BooleanSupplier done, double mostSeconds) {
    sendAll((long) (perSecond * mostSeconds), done);
  }

  /** Sends a number of events, or fewer if a condition holds earlier. */
  void sendAll(long events, BooleanSupplier done) {
    long begin = System.nanoTime();
    for (long sent = 0; sent < events && !done.getAsBoolean(); ) {
      long due = (long) ((System.nanoTime() - begin) / 1e9 * perSecond);
      for (; sent < Math.min(due, events) && !done.getAsBoolean(); sent++) {
        sendOne();
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Sends one event. */
  void sendOne() {
    sendOne.run();
  }
}
