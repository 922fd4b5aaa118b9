package io.countermachine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.job.JobOptions.Start;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobOptionsTest {
  @Test
  void noArguments_giveDefaults() {
    JobOptions options = JobOptions.parse();
    assertThat(options.bootstrapServers()).isEqualTo("localhost:9092");
    assertThat(options.topic()).isEqualTo("events");
    assertThat(options.deadLetterTopic()).isEqualTo("events.dead-letter");
    assertThat(options.table()).isEqualTo("Counters");
    assertThat(options.flushInterval()).isEqualTo(Duration.ofSeconds(1));
    assertThat(options.confirmAfter()).isEqualTo(Duration.ofSeconds(90));
    assertThat(options.start()).isEqualTo(Start.AUTO);
    assertThat(options.createTable()).isFalse();
  }

  @Test
  void properties_areKeptPerClient() {
    JobOptions options =
        JobOptions.parse(
            "-Drest.port=8081",
            "--kafka-property",
            "security.protocol=SASL_SSL",
            "--kafka-property",
            "sasl.jaas.config=a=b",
            "--aws-property",
            "aws.credentials.profile.name=p",
            "--create-table",
            "--topic",
            "clicks");
    assertThat(options.flinkProperties()).containsEntry("rest.port", "8081");
    assertThat(options.kafkaProperties())
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("sasl.jaas.config", "a=b");
    assertThat(options.awsProperties()).containsEntry("aws.credentials.profile.name", "p");
    assertThat(options.createTable()).isTrue();
    assertThat(options.deadLetterTopic()).isEqualTo("clicks.dead-letter");
  }

  @ParameterizedTest
  @CsvSource({
    "--start,now,'--start now: expected auto, earliest or latest'",
    "--flush-interval,0s,'--flush-interval 0s: expected a duration'",
    "--flush-interval,soon,'--flush-interval soon: expected a duration'",
    "--kafka-property,x,'--kafka-property x: expected KEY=VALUE'",
    "--tpoic,events,'unknown option --tpoic'"
  })
  void wrongArgument_isNamed(String option, String value, String message) {
    assertThatThrownBy(() -> JobOptions.parse(option, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void missingValue_isNamed() {
    assertThatThrownBy(() -> JobOptions.parse("--topic"))
        .hasMessageContaining("--topic needs a value");
  }
}
