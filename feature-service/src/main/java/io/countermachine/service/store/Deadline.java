package io.countermachine.service.store;

import java.time.Duration;

/**
 * The instant by which a request has to be answered.
 *
 * @param nanos a {@link System#nanoTime()}
 */
public record Deadline(long nanos) {
  /** The deadline that lies so far ahead. */
  public static Deadline after(Duration duration) {
    return new Deadline(System.nanoTime() + duration.toNanos());
  }

  /** Nanoseconds that are left; not positive once it has passed. */
  public long remainingNanos() {
    return nanos - System.nanoTime();
  }
}
