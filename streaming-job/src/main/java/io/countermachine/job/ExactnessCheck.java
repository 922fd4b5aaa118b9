package io.countermachine.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.environment.CheckpointConfig;

/**
 * Settings of Flink and Kafka with which events silently count twice or not at all. Settings that
 * fail with an error are not included, nor those that {@link FlinkDefaults} always sets.
 */
final class ExactnessCheck {
  private static final long NO_CHECKPOINT =
      CheckpointConfig.DEFAULT_CHECKPOINT_ID_OF_IGNORED_IN_FLIGHT_DATA;

  private ExactnessCheck() {}

  /**
   * Fails if one of these settings is in effect.
   *
   * @param effective the job's configuration, including all settings of the caller and the cluster
   * @param kafka the properties of Kafka's clients
   * @throws IllegalStateException naming each setting, its effect, and what would be right
   */
  static void requireExact(ReadableConfig effective, Map<String, String> kafka) {
    List<String> faults = faults(effective, kafka);
    if (!faults.isEmpty()) {
      throw new IllegalStateException(
          "counters would not be exact:\n  "
              + String.join("\n  ", faults)
              + "\nCorrect these settings, or accept inexact counters with --allow-inexact");
    }
  }

  /** The fault of each such setting; empty if counters are exact. */
  static List<String> faults(ReadableConfig effective, Map<String, String> kafka) {
    List<String> faults = new ArrayList<>(KafkaPropertiesCheck.faults(kafka));
    CheckpointingMode mode = effective.get(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE);
    if (mode != CheckpointingMode.EXACTLY_ONCE) {
      faults.add(
          "execution.checkpointing.mode: %s counts events twice after a failure; set EXACTLY_ONCE"
              .formatted(mode));
    }
    boolean checkpoints =
        effective
            .getOptional(CheckpointingOptions.CHECKPOINTING_INTERVAL)
            .filter(interval -> interval.toMillis() > 0)
            .isPresent();
    if (!checkpoints) {
      faults.add(
          "execution.checkpointing.interval: without checkpoints a failure starts with empty state"
              + " over a filled table; set an interval such as 10s");
    }
    Map.of(
            StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE,
            "starts with empty counters if the state belongs to another job; remove it",
            StateRecoveryOptions.APPROXIMATE_LOCAL_RECOVERY,
            "loses what a failed task had counted; remove it")
        .forEach(
            (option, consequence) -> {
              if (effective.get(option)) {
                faults.add("%s: true %s".formatted(option.key(), consequence));
              }
            });
    if (effective.get(StateRecoveryOptions.CHECKPOINT_ID_OF_IGNORED_IN_FLIGHT_DATA)
        != NO_CHECKPOINT) {
      faults.add(
          StateRecoveryOptions.CHECKPOINT_ID_OF_IGNORED_IN_FLIGHT_DATA.key()
              + ": loses the events in that checkpoint; remove it");
    }
    faults.sort(null);
    return faults;
  }
}
