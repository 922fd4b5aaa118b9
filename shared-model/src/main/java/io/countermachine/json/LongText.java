package io.countermachine.json;

/** Writes a whole number in decimal, directly as bytes. */
final class LongText {
  /** The maximum length of a long in bytes. */
  static final int MOST_BYTES = 20;

  private static final int EIGHT_DIGITS = 100_000_000;
  private static final int FOUR_DIGITS = 10_000;
  private static final int TWO_DIGITS = 100;

  /** The negated powers of ten. */
  private static final long[] POWERS = new long[19];

  static {
    POWERS[0] = -1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = 10 * POWERS[i - 1];
    }
  }

  private LongText() {}

  /**
   * Writes a number, of at most {@link #MOST_BYTES} bytes.
   *
   * @return the position after it
   */
  static int write(long value, byte[] bytes, int at) {
    int start = at;
    // Negative, because the smallest long has no positive counterpart.
    long rest = -value;
    if (value < 0) {
      bytes[start++] = '-';
      rest = value;
    }
    int end = start + digits(rest);
    int next = end;
    // Eight digits per step, computed independently of each other.
    while (rest <= -EIGHT_DIGITS) {
      long higher = rest / EIGHT_DIGITS;
      int eight = (int) (higher * EIGHT_DIGITS - rest);
      next -= 8;
      writeFour(eight / FOUR_DIGITS, bytes, next);
      writeFour(eight % FOUR_DIGITS, bytes, next + 4);
      rest = higher;
    }
    int first = (int) -rest;
    while (next > start) {
      bytes[--next] = (byte) ('0' + first % 10);
      first /= 10;
    }
    return end;
  }

  private static void writeFour(int digits, byte[] bytes, int at) {
    writeTwo(digits / TWO_DIGITS, bytes, at);
    writeTwo(digits % TWO_DIGITS, bytes, at + 2);
  }

  private static void writeTwo(int digits, byte[] bytes, int at) {
    bytes[at] = (byte) ('0' + digits / 10);
    bytes[at + 1] = (byte) ('0' + digits % 10);
  }

  private static int digits(long negative) {
    int bits = Long.SIZE - Long.numberOfLeadingZeros(-negative);
    // 1233 / 4096 is slightly above the decimal logarithm of 2.
    int atLeast = Math.min((bits * 1233) >> 12, POWERS.length - 1);
    return negative <= POWERS[atLeast] ? atLeast + 1 : Math.max(1, atLeast);
  }
}
