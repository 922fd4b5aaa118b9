package io.countermachine.bench.pipeline;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.countermachine.json.JsonBytes;

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

  private final JsonBytes text = new JsonBytes();

  static byte[] bytes(String ascii) {
    return ascii.getBytes(US_ASCII);
  }

  /** Begins with an event's name. */
  EventText begin(byte[] name) {
    text.clear();
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
    text.write('}');
    return text.toArray();
  }

  private EventText add(byte[] bytes) {
    text.write(bytes);
    return this;
  }

  private EventText add(long number) {
    text.write(number);
    return this;
  }
}
