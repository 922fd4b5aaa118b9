package io.countermachine.local.process;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

/** Waits, none of them for ever. */
public final class Timeouts {
  /** The longest that anything may take to come right, whatever was broken. */
  private static final Duration LONGEST = Duration.ofMinutes(3);

  private Timeouts() {}

  /** Waits for a condition that holds sooner or later if the machine is sound. */
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

  /** Lets a time pass in which something is broken. */
  public static void pass(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      Await.pause();
    }
  }
}
