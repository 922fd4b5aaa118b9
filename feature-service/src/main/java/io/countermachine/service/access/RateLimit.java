package io.countermachine.service.access;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;

/** A token bucket that holds one second's worth of tokens and refills evenly. */
final class RateLimit {
  static final double LEAST_PER_SECOND = 0.001;
  static final double MOST_PER_SECOND = 1_000_000;

  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final Bucket bucket;

  /**
   * @param perSecond from {@link #LEAST_PER_SECOND} to {@link #MOST_PER_SECOND}
   */
  RateLimit(double perSecond, TimeMeter time) {
    long capacity = Math.max(1, (long) Math.ceil(perSecond));
    Duration perToken = Duration.ofNanos(Math.round(NANOS_PER_SECOND / perSecond));
    this.bucket =
        Bucket.builder()
            .withCustomTimePrecision(time)
            .addLimit(bandwidth -> bandwidth.capacity(capacity).refillGreedy(1, perToken))
            .build();
  }

  /**
   * Takes a token.
   *
   * @return 0 if there was a token, otherwise the seconds until the next one, rounded up
   */
  long take() {
    long nanos = bucket.tryConsumeAndReturnRemaining(1).getNanosToWaitForRefill();
    return (nanos + NANOS_PER_SECOND - 1) / NANOS_PER_SECOND;
  }
}
