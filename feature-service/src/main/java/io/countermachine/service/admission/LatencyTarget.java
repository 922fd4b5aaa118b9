package io.countermachine.service.admission;

import java.time.Duration;

/**
 * The latency from which a request counts as slow: the target of a small request, and the same
 * again for every 500 keys that it reads and every 50,000 values that it returns. A large request
 * takes long even on an idle machine, and would otherwise lower the limit for all requests.
 */
final class LatencyTarget {
  private static final double KEYS = 500;
  private static final double VALUES = 50_000;

  private final long slowNanos;

  LatencyTarget(Duration slow) {
    this.slowNanos = slow.toNanos();
  }

  long nanos(int keys, long values) {
    return (long) (slowNanos * (1 + keys / KEYS + values / VALUES));
  }
}
