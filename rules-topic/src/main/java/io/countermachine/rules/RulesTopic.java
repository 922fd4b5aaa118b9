package io.countermachine.rules;

import java.util.Map;

/** What the topic of rules is like. */
public final class RulesTopic {
  private static final String SEVEN_DAYS = Long.toString(RuleList.KEEP_MILLIS);

  private RulesTopic() {}

  /**
   * The settings of a topic that keeps the newest rule of each value, and what was replaced or
   * lifted as long as Kafka by default keeps events, which may be read again.
   */
  public static Map<String, String> settings() {
    return Map.of(
        "cleanup.policy", "compact",
        "min.compaction.lag.ms", SEVEN_DAYS,
        "delete.retention.ms", SEVEN_DAYS);
  }
}
