package io.countermachine.service.store;

import java.time.Duration;

/**
 * The instant by which a request must have its response.
 *
 * @param nanos a time of {@link System#nanoTime()}
 */
public record Deadline(long nanos) {
  /** The deadline after a duration from now. */
  public static Deadline after(Duration duration) {
    return new Deadline(System.nanoTime() + duration.toNanos());
  }

  /** The remaining nanoseconds; 0 or negative once the deadline has passed. */
  public long remainingNanos() {
    return nanos - System.nanoTime();
  }
}
