package io.countermachine.bench.pipeline;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/**
 * An event's JSON, written as bytes without strings between: the load is made on the cores on which
 * what it is for is measured.
 */
final class EventText {
  private static final byte[] NAME = bytes("{\"eventName\":\"");
  private static final byte[] USER = bytes("\",\"userId\":\"u");
  private static final byte[] POST = bytes("\",\"postId\":\"p");
  private static final byte[] CREATOR = bytes("\",\"creatorId\":\"c");
  private static final byte[] CATEGORY = bytes("\",\"categoryId\":\"t");
  private static final byte[] TIME = bytes("\",\"eventTs\":");
  private static final byte[] DURATION = bytes(",\"durationMs\":");
  private static final int LONGEST = 256;
  private static final int MOST_DIGITS = 19;

  private final byte[] text = new byte[LONGEST];
  private final byte[] digits = new byte[MOST_DIGITS];
  private int length;

  static byte[] bytes(String ascii) {
    return ascii.getBytes(US_ASCII);
  }

  /** Begins with an event's name. */
  EventText begin(byte[] name) {
    length = 0;
    return add(NAME).add(name);
  }

  EventText user(int number) {
    return add(USER).add(number);
  }

  EventText post(int number) {
    return add(POST).add(number);
  }

  EventText creator(int number) {
    return add(CREATOR).add(number);
  }

  EventText category(int number) {
    return add(CATEGORY).add(number);
  }

  EventText at(long epochSeconds) {
    return add(TIME).add(epochSeconds);
  }

  EventText duration(int millis) {
    return add(DURATION).add(millis);
  }

  /** Ends it. */
  byte[] end() {
    text[length++] = '}';
    return Arrays.copyOf(text, length);
  }

  private EventText add(byte[] bytes) {
    System.arraycopy(bytes, 0, text, length, bytes.length);
    length += bytes.length;
    return this;
  }

  /** Adds a number that is not negative. */
  private EventText add(long number) {
    int first = MOST_DIGITS;
    long rest = number;
    do {
      digits[--first] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest > 0);
    System.arraycopy(digits, first, text, length, MOST_DIGITS - first);
    length += MOST_DIGITS - first;
    return this;
  }
}
