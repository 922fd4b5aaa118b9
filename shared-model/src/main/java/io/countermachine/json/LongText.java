package io.countermachine.json;

/** Writes a whole number in decimal, straight into bytes. */
final class LongText {
  /** The most bytes that a long takes. */
  static final int MOST_BYTES = 20;

  private static final int TWO_DIGITS = 100;

  private LongText() {}

  /**
   * Writes a number, of at most {@link #MOST_BYTES} bytes.
   *
   * @return the place after it
   */
  static int write(long value, byte[] bytes, int at) {
    int start = at;
    // Negative, as the least number has no positive counterpart.
    long rest = value;
    if (value < 0) {
      bytes[start++] = '-';
    } else {
      rest = -value;
    }
    int end = start + digits(rest);
    int next = end;
    while (rest <= -TWO_DIGITS) {
      long hundreds = rest / TWO_DIGITS;
      int two = (int) (hundreds * TWO_DIGITS - rest);
      bytes[--next] = (byte) ('0' + two % 10);
      bytes[--next] = (byte) ('0' + two / 10);
      rest = hundreds;
    }
    int last = (int) -rest;
    bytes[--next] = (byte) ('0' + last % 10);
    if (last >= 10) {
      bytes[--next] = (byte) ('0' + last / 10);
    }
    return end;
  }

  private static int digits(long negative) {
    int digits = 1;
    for (long power = -10; digits < MOST_BYTES - 1 && negative <= power; power *= 10) {
      digits++;
    }
    return digits;
  }
}
