package io.countermachine.local.process;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

/** Waits with time limits. */
public final class Timeouts {
  /** The longest time that any recovery may take. */
  private static final Duration LONGEST = Duration.ofMinutes(3);

  private Timeouts() {}

  /** Waits for a condition that holds in time if the machine recovers. */
  public static void await(String what, BooleanSupplier condition) {
    Await.until(what, LONGEST, condition);
  }

  /** Waits for a result that has its own time limit. */
  public static <T> T get(String what, Future<T> result) {
    try {
      return result.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(what + " failed: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted: " + what, e);
    }
  }

  /** Waits for the duration of a fault. */
  public static void pass(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      Await.pause();
    }
  }
}
