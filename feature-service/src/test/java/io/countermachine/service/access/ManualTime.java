package io.countermachine.service.access;

import io.github.bucket4j.TimeMeter;
import java.time.Duration;

/** A clock that a test controls. */
final class ManualTime implements TimeMeter {
  private long nanos;

  void advance(Duration by) {
    nanos += by.toNanos();
  }

  @Override
  public long currentTimeNanos() {
    return nanos;
  }

  @Override
  public boolean isWallClockBased() {
    return false;
  }
}
