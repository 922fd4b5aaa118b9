package io.countermachine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExactnessCheckTest {
  /** The configuration as the job has it: the cluster's settings, completed by the job. */
  private static Configuration effective(Map<String, String> cluster, Map<String, String> caller) {
    Configuration effective = Configuration.fromMap(cluster);
    effective.addAll(FlinkDefaults.complete(Configuration.fromMap(cluster), caller));
    return effective;
  }

  @Test
  void defaults_areExact() {
    assertThatCode(() -> ExactnessCheck.requireExact(effective(Map.of(), Map.of()), Map.of()))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "execution.checkpointing.mode,AT_LEAST_ONCE",
    "execution.checkpointing.interval,0s",
    "execution.state-recovery.ignore-unclaimed-state,true",
    "execution.savepoint.ignore-unclaimed-state,true",
    "execution.state-recovery.approximate-local-recovery,true",
    "execution.state-recovery.without-channel-state.checkpoint-id,7"
  })
  void settingThatMiscounts_isNamed_whoeverSetsIt(String key, String value) {
    for (Configuration effective :
        new Configuration[] {
          effective(Map.of(key, value), Map.of()), effective(Map.of(), Map.of(key, value))
        }) {
      assertThatThrownBy(() -> ExactnessCheck.requireExact(effective, Map.of()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(key.replace("execution.savepoint.", "execution.state-recovery."))
          .hasMessageContaining("--allow-inexact");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "pipeline.object-reuse,false",
    "pipeline.generic-types,true",
    "pipeline.operator-chaining.enabled,false",
    "pipeline.operator-chaining,false"
  })
  void settingThatTheGraphStandsOn_isTheJobsOwn_whoeverSetsIt(String key, String value) {
    assertThat(effective(Map.of(key, value), Map.of(key, value)).toMap())
        .containsEntry("pipeline.object-reuse", "true")
        .containsEntry("pipeline.generic-types", "false")
        .containsEntry("pipeline.operator-chaining.enabled", "true");
  }
}
