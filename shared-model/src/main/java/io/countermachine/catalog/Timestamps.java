package io.countermachine.catalog;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * How {@code eventTs} is read.
 *
 * @param unit the unit of its number
 * @param maxAhead how far ahead of the clock an event may be
 * @param maxBehind how far behind the clock an event may be; empty for any time
 */
public record Timestamps(Unit unit, Duration maxAhead, Optional<Duration> maxBehind) {
  /** Units of {@code eventTs}, or its form. */
  public enum Unit {
    SECONDS(1_000),
    MILLISECONDS(1),
    /** No number but a text, such as {@code 2024-02-10T22:53:19Z}; taken to the millisecond. */
    ISO8601(1);

    private final long millis;

    Unit(long millis) {
      this.millis = millis;
    }

    /** The unit as the catalog names it. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** How many milliseconds one of this unit is. */
    public long millis() {
      return millis;
    }
  }
}
