package io.countermachine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.job.config.JobOptions;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaPropertiesCheckTest {
  private static JobOptions options(String property) {
    return JobOptions.parse("--kafka-property", property);
  }

  @ParameterizedTest
  @CsvSource({
    "isolation.level,read_uncommitted,records of aborted transactions",
    "acks,0,loses dead letters",
    "acks,1,loses dead letters",
    "check.crcs,false,damaged on their way"
  })
  void propertyThatBreaksAPromise_isRefused_unlessInexactIsAllowed(
      String name, String value, String consequence) {
    Configuration flink = FlinkDefaults.complete(new Configuration(), Map.of());
    assertThatThrownBy(() -> ExactnessCheck.requireExact(flink, Map.of(name, value)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("--kafka-property " + name + "=" + value)
        .hasMessageContaining(consequence)
        .hasMessageContaining("--allow-inexact");
    // Kafka accepts it, so --allow-inexact can permit it.
    assertThatCode(() -> KafkaPropertiesCheck.requireValid(options(name + "=" + value)))
        .doesNotThrowAnyException();
  }

  /** The guarantee of at least once holds: Kafka's client retries what was not acknowledged. */
  @ParameterizedTest
  @CsvSource({
    "isolation.level,read_committed",
    "acks,all",
    "acks,-1",
    "enable.idempotence,false",
    "check.crcs,true",
    "max.request.size,2000000"
  })
  void propertyThatKeepsThePromises_isTaken(String name, String value) {
    assertThat(KafkaPropertiesCheck.faults(Map.of(name, value))).isEmpty();
    assertThatCode(() -> KafkaPropertiesCheck.requireValid(options(name + "=" + value)))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "bootstrap.servers=other:9092,use --bootstrap-servers",
    "group.id=other,use --group-id",
    "auto.offset.reset=latest,use --start",
    "transactional.id=letters,without transactions",
    "value.deserializer=org.apache.kafka.common.serialization.StringDeserializer,as bytes"
  })
  void propertyOfTheJobItself_isRefused(String property, String instead) {
    assertThatThrownBy(() -> KafkaPropertiesCheck.requireValid(options(property)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--kafka-property " + property)
        .hasMessageContaining(instead);
  }

  /** Clients are created in tasks, where it would fail at every restart. */
  @ParameterizedTest
  @ValueSource(strings = {"acks=7", "isolation.level=none", "fetch.min.bytes=many"})
  void propertyThatKafkaDoesNotTake_isRefusedBeforeTheStart(String property) {
    assertThatThrownBy(() -> KafkaPropertiesCheck.requireValid(options(property)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(property.substring(0, property.indexOf('=')));
  }
}
