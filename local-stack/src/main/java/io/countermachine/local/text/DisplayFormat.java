package io.countermachine.local.text;

import io.countermachine.catalog.Quantity;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Numbers and times as people write them. */
public final class DisplayFormat {
  private static final double WHOLE_TO = 1e15;
  private static final int MOST_CHARACTERS = 200;
  private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");

  private DisplayFormat() {}

  /** So many of something: {@code 1 event}, {@code 2 events}, {@code 1,047 dead letters}. */
  public static String count(long number, String one) {
    return Quantity.of(number, one);
  }

  /** A time of day, always with its seconds: {@code 09:30:00}. */
  public static String clock(LocalTime time) {
    return CLOCK.format(time);
  }

  /**
   * Whole numbers whole, others with two places from 1 on and four below, in groups of three:
   * {@code 1,047.02}, {@code 2,928}, {@code 0.0565}.
   */
  public static String number(double value) {
    double size = Math.abs(value);
    if (value == Math.rint(value) && size < WHOLE_TO) {
      return String.format(Locale.ROOT, "%,.0f", value + 0.0);
    }
    if (size >= WHOLE_TO || size < 1e-4) {
      return String.format(Locale.ROOT, "%.3e", value);
    }
    return String.format(Locale.ROOT, size >= 1 ? "%,.2f" : "%.4f", value);
  }

  /** A text from outside as a terminal can show it: no control characters, and cut when long. */
  public static String printable(String text) {
    String printable = text.replaceAll("\\p{Cntrl}", "?");
    return printable.length() <= MOST_CHARACTERS
        ? printable
        : printable.substring(0, MOST_CHARACTERS) + "…";
  }
}
