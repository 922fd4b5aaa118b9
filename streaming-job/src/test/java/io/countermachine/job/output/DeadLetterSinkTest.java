package io.countermachine.job.output;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.job.config.JobOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLetterSinkTest {
  private static void create(String property) {
    DeadLetterSink.create(JobOptions.parse("--kafka-property", property), DeadLetterLimits.DEFAULT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"max.request.size=4095", "buffer.memory=1000", "max.request.size=a million"})
  void producerThatCanSendNextToNothing_isRefused_beforeALetterRestartsTheJob(String property) {
    assertThatThrownBy(() -> create(property))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--kafka-property " + property)
        .hasMessageContaining("at least 4096");
  }

  @Test
  void producerThatCanSendALetter_isTaken() {
    assertThatCode(() -> create("max.request.size=4096")).doesNotThrowAnyException();
  }
}
