package io.countermachine.local.process;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for a condition. */
public final class Await {
  private static final long POLL_MILLIS = 100;

  private Await() {}

  /**
   * Waits until a condition holds.
   *
   * @param what a description of the condition, for the message
   * @throws IllegalStateException if it does not hold in time
   */
  public static void until(String what, Duration limit, BooleanSupplier condition) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(what + " took longer than " + limit.toSeconds() + " s");
      }
      pause();
    }
  }

  /** Pauses briefly between two checks of a condition. */
  public static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting", e);
    }
  }
}
