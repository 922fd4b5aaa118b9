package io.countermachine.catalog;

import java.util.regex.Pattern;

/** Which names topics can have. */
public final class TopicName {
  /** As Kafka has it; it does not take these two names either. */
  private static final Pattern NAME = Pattern.compile("(?!\\.{1,2}$)[a-zA-Z0-9._-]{1,249}");

  private TopicName() {}

  /** Whether Kafka takes a topic of that name. */
  public static boolean isValid(String name) {
    return NAME.matcher(name).matches();
  }
}
