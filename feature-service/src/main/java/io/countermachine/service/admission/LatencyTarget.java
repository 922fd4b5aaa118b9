package io.countermachine.service.admission;

import java.time.Duration;

/**
 * From when on a request counts as slow: what a small one may take, and as much again for every 500
 * keys that it reads and for every 50,000 values that it answers with. A large request takes long
 * on an idle machine too, and would otherwise lower the limit for everybody.
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
