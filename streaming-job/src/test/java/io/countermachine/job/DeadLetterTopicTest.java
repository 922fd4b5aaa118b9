package io.countermachine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.job.output.DeadLetterLimits;
import java.util.Arrays;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLetterTopicTest {
  private static DeadLetterLimits limits(ConfigEntry... entries) {
    return DeadLetterTopic.read("letters", new Config(Arrays.asList(entries)));
  }

  @Test
  void limits_areTheTopicsOwn() {
    assertThat(
            limits(
                new ConfigEntry("cleanup.policy", "delete"),
                new ConfigEntry("max.message.bytes", "20000"),
                new ConfigEntry("message.timestamp.type", "LogAppendTime"),
                new ConfigEntry("message.timestamp.after.max.ms", "3600000")))
        .isEqualTo(new DeadLetterLimits(20_000, false, Long.MAX_VALUE, 3_600_000));
  }

  @Test
  void timestampOfARecord_isNotOlderThanTheTopicKeeps() {
    assertThat(limits(new ConfigEntry("retention.ms", "604800000")).maxBehindMillis())
        .isEqualTo(604_800_000);
    assertThat(
            limits(
                    new ConfigEntry("retention.ms", "604800000"),
                    new ConfigEntry("message.timestamp.before.max.ms", "1000"))
                .maxBehindMillis())
        .isEqualTo(1_000);
    assertThat(limits(new ConfigEntry("retention.ms", "-1")).maxBehindMillis())
        .isEqualTo(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"compact", "compact,delete"})
  void compactedTopic_isRefused(String policy) {
    assertThatThrownBy(() -> limits(new ConfigEntry("cleanup.policy", policy)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("topic letters is compacted (cleanup.policy=" + policy + ")")
        .hasMessageContaining("--dead-letter-topic");
  }

  @Test
  void topicThatTakesNextToNothing_isRefused() {
    assertThat(limits(new ConfigEntry("max.message.bytes", "4096")).maxRecordBytes())
        .isEqualTo(4_096);
    assertThatThrownBy(() -> limits(new ConfigEntry("max.message.bytes", "4095")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("topic letters takes messages of at most 4095 bytes");
  }
}
