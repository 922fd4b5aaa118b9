package io.countermachine.local.text;

import io.countermachine.catalog.Quantity;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Formats numbers and times for people. */
public final class DisplayFormat {
  private static final double WHOLE_TO = 1e15;
  private static final int MOST_CHARACTERS = 200;
  private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");

  private DisplayFormat() {}

  /** A number and its noun: {@code 1 event}, {@code 2 events}, {@code 1,047 dead letters}. */
  public static String count(long number, String one) {
    return Quantity.of(number, one);
  }

  /** A time of day, always with seconds: {@code 09:30:00}. */
  public static String clock(LocalTime time) {
    return CLOCK.format(time);
  }

  /**
   * A number with grouped digits. Whole numbers have no decimals, others have two from 1 and four
   * below 1: {@code 1,047.02}, {@code 2,928}, {@code 0.0565}.
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

  /**
   * Makes an external text safe for a terminal: removes control characters, and truncates long
   * texts.
   */
  public static String printable(String text) {
    String printable = text.replaceAll("\\p{Cntrl}", "?");
    return printable.length() <= MOST_CHARACTERS
        ? printable
        : printable.substring(0, MOST_CHARACTERS) + "…";
  }
}
