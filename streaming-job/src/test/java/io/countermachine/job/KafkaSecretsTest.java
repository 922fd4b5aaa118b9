package io.countermachine.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.job.config.JobOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Passwords for Kafka as in docs/security.md: named on the command line, kept in a file. */
class KafkaSecretsTest {
  private static final String JAAS =
      "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"u\" password=\"hidden words\";";

  @TempDir private Path folder;

  @Test
  void password_comesFromAFile_andTheOptionsDoNotCarryIt() throws IOException {
    Path secrets = Files.writeString(folder.resolve("kafka.properties"), "jaas=" + JAAS);
    JobOptions options =
        JobOptions.parse(
            "--catalog",
            "catalog.yaml",
            "--bootstrap-servers",
            "broker:9092",
            "--kafka-property",
            "config.providers=file",
            "--kafka-property",
            "config.providers.file.class=org.apache.kafka.common.config.provider.FileConfigProvider",
            "--kafka-property",
            "sasl.jaas.config=${file:" + secrets + ":jaas}");
    assertThat(options.toString()).contains("${file:").doesNotContain("hidden words");

    Map<String, Object> consumer = asMap(options);
    consumer.put("key.deserializer", ByteArrayDeserializer.class);
    consumer.put("value.deserializer", ByteArrayDeserializer.class);
    Map<String, Object> producer = asMap(options);
    producer.put("key.serializer", ByteArraySerializer.class);
    producer.put("value.serializer", ByteArraySerializer.class);
    for (AbstractConfig config :
        List.of(new ConsumerConfig(consumer), new ProducerConfig(producer))) {
      assertThat(config.getPassword(SaslConfigs.SASL_JAAS_CONFIG).value()).isEqualTo(JAAS);
      assertThat(config.toString()).doesNotContain("hidden words");
    }
  }

  private static Map<String, Object> asMap(JobOptions options) {
    Map<String, Object> properties = new HashMap<>();
    options.kafkaProperties().forEach((name, value) -> properties.put(name.toString(), value));
    return properties;
  }
}
