package io.countermachine.console;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * What is read anew at most once in a while, however many pages ask. A failure is kept too, for a
 * second: who waits for a reading gets its outcome.
 *
 * @param <E> what a reader may throw
 */
final class PeriodicReading<T, E extends Exception> {
  private static final Duration FAILURE = Duration.ofSeconds(1);

  /** Reads anew. */
  interface Reader<T, E extends Exception> {
    T read() throws E;
  }

  private final Reader<T, E> reader;
  private final Duration period;
  private final LongSupplier nanoTime;
  private T newest;
  private Exception failure;
  private long freshNanos;
  private long readNanos;

  /**
   * @param period how long a reading is kept
   * @param nanoTime a clock that only goes forward, in nanoseconds
   */
  PeriodicReading(Reader<T, E> reader, Duration period, LongSupplier nanoTime) {
    this.reader = reader;
    this.period = period;
    this.nanoTime = nanoTime;
  }

  @SuppressWarnings("unchecked") // the reader throws nothing else
  synchronized T get() throws E {
    if ((newest == null && failure == null) || nanoTime.getAsLong() - readNanos >= freshNanos) {
      read();
    }
    if (failure != null) {
      throw (E) failure;
    }
    return newest;
  }

  private void read() {
    try {
      newest = reader.read();
      failure = null;
      freshNanos = period.toNanos();
    } catch (Exception e) {
      newest = null;
      failure = e;
      freshNanos = FAILURE.toNanos();
    }
    readNanos = nanoTime.getAsLong();
  }
}
