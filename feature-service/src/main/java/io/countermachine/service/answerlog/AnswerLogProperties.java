package io.countermachine.service.answerlog;

import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which responses are logged, and where; {@code counter-machine.answer-log.*}.
 *
 * @param share the share of requests, 0 to 1; 0 logs none and creates no Kafka client
 * @param topic the topic that responses are written to
 * @param bootstrapServers the brokers
 * @param bufferValues how many values may wait to be sent; further responses are dropped
 * @param kafka further settings of Kafka's producer, such as {@code security.protocol}
 */
@ConfigurationProperties("counter-machine.answer-log")
record AnswerLogProperties(
    @DefaultValue("0") double share,
    @DefaultValue("answers") String topic,
    @DefaultValue("") String bootstrapServers,
    @DefaultValue("1000000") long bufferValues,
    @DefaultValue Map<String, String> kafka) {
  /** Validates the settings. */
  AnswerLogProperties {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "counter-machine.answer-log.share is " + share + "; expected 0 to 1, such as 0.01");
    }
    if (share > 0 && bootstrapServers.isBlank()) {
      throw new IllegalArgumentException(
          "counter-machine.answer-log.share is "
              + share
              + ", and bootstrap-servers is not set; expected such as localhost:9092");
    }
    if (share > 0 && topic.isBlank()) {
      throw new IllegalArgumentException(
          "counter-machine.answer-log.topic is empty; expected the name of a topic");
    }
    if (bufferValues < 1) {
      throw new IllegalArgumentException(
          "counter-machine.answer-log.buffer-values is " + bufferValues + "; expected 1 or more");
    }
  }

  /**
   * The producer's settings. It gives up soon on a record that it cannot send, because other
   * records wait behind it.
   */
  Properties producer() {
    Properties producer = new Properties();
    producer.put(ProducerConfig.CLIENT_ID_CONFIG, "counter-machine-answer-log");
    producer.put(ProducerConfig.LINGER_MS_CONFIG, "100");
    producer.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "1000");
    producer.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "10000");
    producer.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "30000");
    producer.putAll(kafka);
    producer.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    return producer;
  }
}
