package io.countermachine.job.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.job.config.JobOptions.Start;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobOptionsTest {
  @Test
  void noArguments_giveDefaults() {
    JobOptions options = JobOptions.parse();
    assertThat(options.bootstrapServers()).isEqualTo("localhost:9092");
    assertThat(options.topics()).containsExactly("events");
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
    "--start,now,'--start now: expected one of auto, earliest, latest'",
    "--changed-topics,no,'--changed-topics no: expected one of refuse, reread'",
    "--flush-interval,0s,'--flush-interval 0s: expected a duration'",
    "--flush-interval,19ms,'--flush-interval 19ms: expected a duration such as 500ms or 1s, from 20ms to 1h'",
    "--flush-interval,2h,'--flush-interval 2h: expected a duration'",
    "--flush-interval,soon,'--flush-interval soon: expected a duration'",
    "--confirm-after,0ms,'--confirm-after 0ms: expected a duration such as 500ms or 1s, from 1ms to 1d'",
    "--confirm-after,25h,'--confirm-after 25h: expected a duration'",
    "--republish-rate,0,'--republish-rate 0: expected a number of items per second, at least 0.001'",
    "--republish-rate,1e-300,'--republish-rate 1e-300: expected a number of items per second'",
    "--republish-rate,NaN,'--republish-rate NaN: expected a number of items per second'",
    "--republish-rate,fast,'--republish-rate fast: expected a number of items per second'",
    "--dynamodb-endpoint,localhost:8000,'--dynamodb-endpoint localhost:8000: expected a URL'",
    "--dynamodb-endpoint,'http://a b','--dynamodb-endpoint http://a b: expected a URL'",
    "--topic,'one,','--topic : expected a topic'",
    "--topic,'a b','--topic a b: expected a topic'",
    "--topic,'one,two,one','--topic names one twice'",
    "--dead-letter-topic,..,'--dead-letter-topic ..: expected a topic'",
    "--dead-letter-topic,events,'--topic events is also the topic of dead letters'",
    "--backfill-topic,'a b','--backfill-topic a b: expected a topic'",
    "--backfill-topic,events,'--backfill-topic events is a topic of events or dead letters, too'",
    "--table,' ','--table has an empty value'",
    "--kafka-property,x,'--kafka-property x: expected KEY=VALUE'",
    "--tpoic,events,'unknown option --tpoic'"
  })
  void wrongArgument_isNamed(String option, String value, String message) {
    assertThatThrownBy(() -> JobOptions.parse(option, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void severalTopics_areNamedInOneOption_orInSeveral() {
    JobOptions options = JobOptions.parse("--topic", "one,two", "--topic", "three");
    assertThat(options.topics()).containsExactly("one", "two", "three");
    assertThat(options.deadLetterTopic()).isEqualTo("one.dead-letter");
  }

  @Test
  void missingValue_isNamed() {
    assertThatThrownBy(() -> JobOptions.parse("--topic"))
        .hasMessageContaining("--topic needs a value");
  }
}
