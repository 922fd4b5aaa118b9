package io.countermachine.rules;

import java.util.Map;

/** The settings of the rules topic. */
public final class RulesTopic {
  private static final String SEVEN_DAYS = Long.toString(RuleList.KEEP_MILLIS);

  private RulesTopic() {}

  /**
   * Settings for a topic that keeps the newest rule of each value. Replaced and lifted rules are
   * kept for Kafka's default retention of events, because those events may be read again.
   */
  public static Map<String, String> settings() {
    return Map.of(
        "cleanup.policy", "compact",
        "min.compaction.lag.ms", SEVEN_DAYS,
        "delete.retention.ms", SEVEN_DAYS);
  }
}
