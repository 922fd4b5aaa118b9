package io.countermachine.job.ingest;

import java.time.LocalDate;
import java.time.YearMonth;

/**
 * Parses ISO 8601 instants: date, {@code T} or a blank, time to the minute, second or a fraction of
 * a second, and the offset from UTC, such as {@code 2024-02-10T22:53:19.5+01:00}. Fractions are cut
 * to the millisecond.
 */
final class IsoInstants {
  /** The result if the text is not an instant. */
  static final long NONE = Long.MIN_VALUE;

  private static final int SECONDS_PER_DAY = 86_400;
  private static final int LONGEST_FRACTION = 9;
  private static final int LARGEST_OFFSET_HOURS = 18;

  private final String text;
  private int at;

  private IsoInstants(String text) {
    this.text = text;
  }

  /** Epoch milliseconds; {@link #NONE} if the text is not such an instant. */
  static long parse(String text) {
    return new IsoInstants(text).parse();
  }

  private long parse() {
    int year = number(4);
    boolean dashed = skip('-');
    int month = number(2);
    dashed &= skip('-');
    int day = number(2);
    if (!dashed || year < 0 || month < 1 || month > 12 || day < 1) {
      return NONE;
    }
    if (day > YearMonth.of(year, month).lengthOfMonth() || !skipAny("Tt ")) {
      return NONE;
    }
    int hour = number(2);
    boolean coloned = skip(':');
    int minute = number(2);
    int second = skip(':') ? number(2) : 0;
    if (!coloned || hour < 0 || hour > 23 || minute < 0 || minute > 59) {
      return NONE;
    }
    if (second < 0 || second > 59) {
      return NONE;
    }
    int millis = skipAny(".,") ? fraction() : 0;
    int offsetSeconds = offset();
    if (millis < 0 || offsetSeconds == Integer.MIN_VALUE || at != text.length()) {
      return NONE;
    }
    long seconds =
        LocalDate.of(year, month, day).toEpochDay() * SECONDS_PER_DAY
            + hour * 3_600L
            + minute * 60L
            + second
            - offsetSeconds;
    return seconds * 1_000 + millis;
  }

  /** Milliseconds of a fraction of a second; -1 if there is no digit, or there are too many. */
  private int fraction() {
    int start = at;
    int millis = 0;
    while (at < text.length() && isDigit(text.charAt(at))) {
      if (at - start < 3) {
        millis = 10 * millis + (text.charAt(at) - '0');
      }
      at++;
    }
    int digits = at - start;
    if (digits == 0 || digits > LONGEST_FRACTION) {
      return -1;
    }
    for (int i = digits; i < 3; i++) {
      millis *= 10;
    }
    return millis;
  }

  /** Seconds ahead of UTC; {@link Integer#MIN_VALUE} if there is no offset. */
  private int offset() {
    if (skipAny("Zz")) {
      return 0;
    }
    int sign = skip('+') ? 1 : skip('-') ? -1 : 0;
    int hours = number(2);
    boolean coloned = skip(':');
    int minutes = coloned || at < text.length() ? number(2) : 0;
    if (sign == 0 || hours < 0 || minutes < 0 || minutes > 59) {
      return Integer.MIN_VALUE;
    }
    if (hours > LARGEST_OFFSET_HOURS || (hours == LARGEST_OFFSET_HOURS && minutes > 0)) {
      return Integer.MIN_VALUE;
    }
    return sign * (hours * 3_600 + minutes * 60);
  }

  /** A number with exactly that many digits; -1 if there are fewer. */
  private int number(int digits) {
    if (at + digits > text.length()) {
      return -1;
    }
    int number = 0;
    for (int end = at + digits; at < end; at++) {
      if (!isDigit(text.charAt(at))) {
        return -1;
      }
      number = 10 * number + (text.charAt(at) - '0');
    }
    return number;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private boolean skip(char c) {
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private boolean skipAny(String characters) {
    if (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
      at++;
      return true;
    }
    return false;
  }
}
