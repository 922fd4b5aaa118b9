package io.countermachine.json;

import java.math.BigInteger;

/**
 * Writes a double as the shortest decimal that reads back as the same double, in the format of
 * {@link Double#toString(double)}, directly as bytes.
 *
 * <p>Source: Raffaello Giulietti, "The Schubfach way to render doubles", 2020; its names are kept.
 * A double is {@code c * 2^q}. With {@code k = floor(log10(2^q))} the decimals of 17 digits around
 * it are multiples of {@code 10^k}, and at most four of them need to be checked. Only the double
 * and the ends of its rounding interval are compared, scaled by {@code 10^-k} with a table of
 * 126-bit powers and rounded to odd. Libraries run on Java versions without a 128-bit product, and
 * create a string, which took a third of a request (docs/decisions/0030).
 */
final class DoubleText {
  /** The maximum length of a double in bytes. */
  static final int MOST_BYTES = 26;

  private static final int SIGNIFICAND_BITS = 52;
  private static final int Q_MIN = -1074;
  private static final long C_MIN = 1L << SIGNIFICAND_BITS;
  private static final int EXPONENT_MASK = 0x7ff;

  /** Below this, a subnormal has too few digits for the interval to contain a multiple of ten. */
  private static final long C_TINY = 3;

  private static final int K_MIN = -324;
  private static final int K_MAX = 292;
  private static final int POWER_BITS = 126;
  private static final long MASK_63 = Long.MAX_VALUE;

  /** For each k the power 10^-k, scaled to 126 bits and rounded up: high and low 63 bits. */
  private static final long[] POWERS = powers();

  /** Numbers from 10^-3 to below 10^7 have no exponent. */
  private static final int LEAST_PLAIN_POINT = -2;

  private static final int MOST_PLAIN_POINT = 7;

  /**
   * From this scaled value on, two digits more than the last one, a multiple of ten can be the
   * shortest.
   */
  private static final int TWO_DIGITS_MORE = 100;

  private DoubleText() {}

  /**
   * Writes a finite double, of at most {@link #MOST_BYTES} bytes.
   *
   * @return the position after it
   */
  static int write(double value, byte[] bytes, int at) {
    long bits = Double.doubleToRawLongBits(value);
    int next = at;
    if (bits < 0) {
      bytes[next++] = '-';
    }
    long t = bits & (C_MIN - 1);
    int exponent = (int) (bits >>> SIGNIFICAND_BITS) & EXPONENT_MASK;
    if (exponent == 0) {
      if (t == 0) {
        return writeZero(bytes, next);
      }
      return t < C_TINY
          ? writeShortest(Q_MIN, 10 * t, -1, bytes, next)
          : writeShortest(Q_MIN, t, 0, bytes, next);
    }
    int q = exponent + Q_MIN - 1;
    long c = C_MIN | t;
    if (q < 0 && q >= -SIGNIFICAND_BITS && Long.numberOfTrailingZeros(c) >= -q) {
      return writeDecimal(c >>> -q, 0, bytes, next);
    }
    return writeShortest(q, c, 0, bytes, next);
  }

  private static int writeZero(byte[] bytes, int at) {
    bytes[at] = '0';
    bytes[at + 1] = '.';
    bytes[at + 2] = '0';
    return at + 3;
  }

  private static int writeShortest(int q, long c, int dk, byte[] bytes, int at) {
    long out = c & 1;
    long cb = c << 2;
    boolean regular = c != C_MIN || q == Q_MIN;
    int k = regular ? floorLog10Pow2(q) : floorLog10ThreeQuartersPow2(q);
    int h = q + floorLog2Pow10(-k) + 2;
    long high = POWERS[2 * (k - K_MIN)];
    long low = POWERS[2 * (k - K_MIN) + 1];
    long vb = roundedToOdd(high, low, cb << h);
    long vbl = roundedToOdd(high, low, (regular ? cb - 2 : cb - 1) << h) + out;
    long vbr = roundedToOdd(high, low, (cb + 2) << h) - out;
    long s = vb >> 2;
    if (s >= TWO_DIGITS_MORE) {
      // At most one of the neighbouring multiples of ten is inside, and then it is the shortest.
      long below = s / 10 * 10;
      long above = below + 10;
      boolean belowIsInside = vbl <= below << 2;
      if (belowIsInside != above << 2 <= vbr) {
        return writeDecimal(belowIsInside ? below : above, k, bytes, at);
      }
    }
    long t = s + 1;
    boolean lowerIsInside = vbl <= s << 2;
    if (lowerIsInside != t << 2 <= vbr) {
      return writeDecimal(lowerIsInside ? s : t, k + dk, bytes, at);
    }
    long distance = vb - ((s + t) << 1);
    boolean takeLower = distance < 0 || (distance == 0 && (s & 1) == 0);
    return writeDecimal(takeLower ? s : t, k + dk, bytes, at);
  }

  /** The product with a power, divided by 2^126; a remainder sets the last bit. */
  private static long roundedToOdd(long high, long low, long factor) {
    long lowProduct = Math.multiplyHigh(low, factor);
    long z = ((high * factor) >>> 1) + lowProduct;
    long w = Math.multiplyHigh(high, factor) + (z >>> 63);
    return w | ((z & MASK_63) + MASK_63) >>> 63;
  }

  private static int floorLog10Pow2(int e) {
    return (int) ((e * 661_971_961_083L) >> 41);
  }

  private static int floorLog10ThreeQuartersPow2(int e) {
    return (int) ((e * 661_971_961_083L - 274_743_187_321L) >> 41);
  }

  private static int floorLog2Pow10(int e) {
    return (int) ((e * 913_124_641_741L) >> 38);
  }

  /** Writes {@code digits * 10^exponent}. */
  private static int writeDecimal(long digits, int exponent, byte[] bytes, int at) {
    // The digits are written at their final position for a number without a point before or among
    // them.
    int end = LongText.write(digits, bytes, at);
    int point = end - at + exponent;
    while (end > at + 1 && bytes[end - 1] == '0') {
      end--;
    }
    int count = end - at;
    if (point < LEAST_PLAIN_POINT || point > MOST_PLAIN_POINT) {
      return writeExponent(bytes, insertPoint(bytes, at, count, 1), point - 1);
    }
    if (point > 0) {
      for (int i = count; i < point; i++) {
        bytes[at + i] = '0';
      }
      return insertPoint(bytes, at, Math.max(count, point), point);
    }
    int zeros = 2 - point;
    System.arraycopy(bytes, at, bytes, at + zeros, count);
    for (int i = 0; i < zeros; i++) {
      bytes[at + i] = '0';
    }
    bytes[at + 1] = '.';
    return at + zeros + count;
  }

  /** Inserts a point after some digits, and a 0 after it if no digit would follow. */
  private static int insertPoint(byte[] bytes, int at, int count, int before) {
    System.arraycopy(bytes, at + before, bytes, at + before + 1, count - before);
    bytes[at + before] = '.';
    if (count == before) {
      bytes[at + before + 1] = '0';
      return at + before + 2;
    }
    return at + count + 1;
  }

  private static int writeExponent(byte[] bytes, int at, int exponent) {
    bytes[at] = 'E';
    return LongText.write(exponent, bytes, at + 1);
  }

  private static long[] powers() {
    long[] powers = new long[2 * (K_MAX - K_MIN + 1)];
    for (int k = K_MIN; k <= K_MAX; k++) {
      BigInteger scaled;
      if (k <= 0) {
        BigInteger power = BigInteger.TEN.pow(-k);
        int shift = POWER_BITS - power.bitLength();
        scaled = shift >= 0 ? power.shiftLeft(shift) : power.shiftRight(-shift);
      } else {
        // 2^x / 10^k, with x such that the result has 126 bits.
        BigInteger power = BigInteger.TEN.pow(k);
        int bits = POWER_BITS + power.bitLength();
        BigInteger quotient = BigInteger.ONE.shiftLeft(bits).divide(power);
        scaled = quotient.shiftRight(quotient.bitLength() - POWER_BITS);
      }
      BigInteger above = scaled.add(BigInteger.ONE);
      powers[2 * (k - K_MIN)] = above.shiftRight(63).longValueExact();
      powers[2 * (k - K_MIN) + 1] = above.longValue() & MASK_63;
    }
    return powers;
  }
}
