package io.countermachine.console;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A value that is read at most once per period, however many pages ask. A failure is cached for a
 * second, too: a caller that waits for a reading gets its outcome.
 *
 * @param <E> the exceptions of the reader
 */
final class PeriodicReading<T, E extends Exception> {
  private static final Duration FAILURE = Duration.ofSeconds(1);

  /** Reads the value. */
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
   * @param period how long a reading is cached
   * @param nanoTime a monotonic clock, in nanoseconds
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
