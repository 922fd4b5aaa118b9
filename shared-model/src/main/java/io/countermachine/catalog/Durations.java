package io.countermachine.catalog;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations in the catalog's notation: a whole number and one of {@code ms s m h d}. */
public final class Durations {
  private static final Pattern FORM = Pattern.compile("(\\d{1,15})(ms|s|m|h|d)");
  private static final String[] UNITS = {"d", "h", "m", "s", "ms"};
  private static final long[] MILLIS = {86_400_000, 3_600_000, 60_000, 1_000, 1};

  /** The longest duration that a catalog may name: a thousand years of 365 days. */
  public static final Duration LONGEST = Duration.ofDays(365_000);

  private Durations() {}

  /**
   * The duration of a text; empty if the text has another form or names a time above {@link
   * #LONGEST}.
   */
  public static Optional<Duration> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long number = Long.parseLong(matcher.group(1));
    for (int i = 0; i < UNITS.length; i++) {
      if (UNITS[i].equals(matcher.group(2)) && number <= LONGEST.toMillis() / MILLIS[i]) {
        return Optional.of(Duration.ofMillis(number * MILLIS[i]));
      }
    }
    return Optional.empty();
  }

  /** The shortest text for a duration of whole milliseconds: {@code 1h} for 60 minutes. */
  public static String format(Duration duration) {
    long millis = duration.toMillis();
    for (int i = 0; i < UNITS.length; i++) {
      if (millis != 0 && millis % MILLIS[i] == 0) {
        return millis / MILLIS[i] + UNITS[i];
      }
    }
    return "0s";
  }
}
