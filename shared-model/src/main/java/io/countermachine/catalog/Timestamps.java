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

    /** Ten years. */
    private static final long AROUND_NOW_MILLIS = 10 * 365 * 86_400_000L;

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

    /**
     * Whether a number is of the ten years before or after now, where it is in this unit. No number
     * is so in seconds and in milliseconds.
     *
     * @param number of this unit since 1970, 0 or more
     * @param clockMillis now, epoch milliseconds
     */
    public boolean isAroundNow(long number, long clockMillis) {
      return this != ISO8601
          && Math.abs(number - clockMillis / millis) < AROUND_NOW_MILLIS / millis;
    }

    /** The other unit of numbers: seconds for milliseconds, and the other way round. */
    public Unit otherNumber() {
      return this == SECONDS ? MILLISECONDS : SECONDS;
    }

    /** What a timestamp that seems to be of this unit looks like, and the setting that takes it. */
    public String hint() {
      return "looks like %s; timestamps: {unit: %s}".formatted(label(), label());
    }

    /**
     * A warning of events whose numbers seem to be in the other unit than this one, which the
     * catalog names.
     *
     * @param ofOther how many of them, such as {@code 9 of 10 events}
     */
    public String warning(String ofOther) {
      String other = otherNumber().label();
      return "%s have an eventTs that looks like %s, but the catalog says timestamps: {unit: %s}; %s: set timestamps: {unit: %s}"
          .formatted(
              ofOther,
              other,
              label(),
              this == SECONDS
                  ? "they are dead letters, far ahead of the clock"
                  : "they count as of January 1970, or are dead letters where there is a maxBehind",
              other);
    }
  }
}
