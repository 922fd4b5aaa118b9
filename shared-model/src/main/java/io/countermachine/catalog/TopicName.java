package io.countermachine.catalog;

import java.util.regex.Pattern;

/** The valid names of topics. */
public final class TopicName {
  /** Kafka's rule, which also excludes {@code .} and {@code ..}. */
  private static final Pattern NAME = Pattern.compile("(?!\\.{1,2}$)[a-zA-Z0-9._-]{1,249}");

  private TopicName() {}

  /** Returns true if Kafka accepts the name for a topic. */
  public static boolean isValid(String name) {
    return NAME.matcher(name).matches();
  }
}
