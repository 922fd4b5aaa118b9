package io.countermachine.job;

import io.countermachine.job.config.JobOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Checks the caller's Kafka properties, before a client in a task fails because of one at every
 * restart.
 */
final class KafkaPropertiesCheck {
  /** The properties that the job sets itself, and what to use instead. */
  private static final Map<String, String> OWNED =
      Map.of(
          ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, "use --bootstrap-servers",
          ConsumerConfig.GROUP_ID_CONFIG, "use --group-id",
          ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "use --start",
          ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, "records are read as bytes",
          ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, "records are read as bytes",
          ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, "dead letters are written as bytes",
          ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, "dead letters are written as bytes",
          ProducerConfig.TRANSACTIONAL_ID_CONFIG, "dead letters are written without transactions");

  private KafkaPropertiesCheck() {}

  /**
   * Fails if a property is one that the job sets itself, or if Kafka's clients do not accept it.
   *
   * @throws IllegalArgumentException naming the property, and what would be right
   */
  static void requireValid(JobOptions options) {
    OWNED.forEach(
        (name, instead) -> {
          if (options.kafkaProperties().containsKey(name)) {
            throw new IllegalArgumentException(
                "--kafka-property %s=%s: the job sets it itself; %s"
                    .formatted(name, options.kafkaProperties().get(name), instead));
          }
        });
    Properties all = options.kafkaClientProperties();
    all.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    all.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    all.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    all.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    try {
      new ConsumerConfig(all);
      new ProducerConfig(all);
    } catch (ConfigException e) {
      throw new IllegalArgumentException("--kafka-property: " + e.getMessage(), e);
    }
  }

  /** The fault of each property that would break a promise of the job; empty if there is none. */
  static List<String> faults(Map<String, String> kafka) {
    List<String> faults = new ArrayList<>();
    if (!"read_committed"
        .equalsIgnoreCase(kafka.getOrDefault("isolation.level", "read_committed"))) {
      faults.add(
          "--kafka-property isolation.level=%s counts records of aborted transactions; set read_committed"
              .formatted(kafka.get("isolation.level")));
    }
    if (!Set.of("all", "-1").contains(kafka.getOrDefault("acks", "all").strip())) {
      faults.add(
          "--kafka-property acks=%s loses dead letters if a broker fails; set all"
              .formatted(kafka.get("acks")));
    }
    if ("false".equalsIgnoreCase(kafka.getOrDefault("check.crcs", "true").strip())) {
      faults.add(
          "--kafka-property check.crcs=false counts records that were damaged on their way; remove it");
    }
    return faults;
  }
}
