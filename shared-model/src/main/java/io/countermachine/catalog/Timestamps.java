package io.countermachine.catalog;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * How {@code eventTs} is read.
 *
 * @param unit the unit or form of the timestamp
 * @param maxAhead how far ahead of the clock an event may be
 * @param maxBehind how far behind the clock an event may be; empty for no limit
 */
public record Timestamps(Unit unit, Duration maxAhead, Optional<Duration> maxBehind) {
  /** Units of {@code eventTs}, or its form. */
  public enum Unit {
    SECONDS(1_000),
    MILLISECONDS(1),
    /** A text and not a number, such as {@code 2024-02-10T22:53:19Z}; cut to the millisecond. */
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

    /** The length of one unit in milliseconds. */
    public long millis() {
      return millis;
    }

    /**
     * Returns true if a number in this unit is within ten years of now. A number cannot be so both
     * in seconds and in milliseconds.
     *
     * @param number of this unit since 1970, 0 or more
     * @param clockMillis now, epoch milliseconds
     */
    public boolean isAroundNow(long number, long clockMillis) {
      return this != ISO8601
          && Math.abs(number - clockMillis / millis) < AROUND_NOW_MILLIS / millis;
    }

    /** The other numeric unit: seconds for milliseconds, and milliseconds for seconds. */
    public Unit otherNumber() {
      return this == SECONDS ? MILLISECONDS : SECONDS;
    }

    /** The form of a timestamp that seems to be of this unit, and the setting for it. */
    public String hint() {
      return "looks like %s; timestamps: {unit: %s}".formatted(label(), label());
    }

    /**
     * A warning about events whose numbers seem to be in the other unit than this one, which the
     * catalog has.
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
