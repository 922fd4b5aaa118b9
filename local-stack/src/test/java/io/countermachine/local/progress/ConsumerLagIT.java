package io.countermachine.local.progress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.local.process.Await;
import io.countermachine.local.process.LocalBroker;
import io.countermachine.local.process.SharedParts;
import io.countermachine.local.process.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConsumerLagIT {
  private static final TopicPartition FIRST = new TopicPartition(Topics.EVENTS, 0);

  private final LocalBroker broker = SharedParts.broker();
  private KafkaProducer<byte[], byte[]> producer;

  @BeforeEach
  void start() {
    broker.createTopic(Topics.EVENTS, 2, 1 << 20);
    Properties properties = new Properties();
    properties.put("bootstrap.servers", broker.bootstrapServers());
    properties.put("transactional.id", "producer");
    producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions();
  }

  @AfterEach
  void stop() {
    producer.close();
  }

  /** Sends records of one transaction to the first partition, and leaves the transaction open. */
  private void begin(int records) throws Exception {
    producer.beginTransaction();
    for (int i = 0; i < records; i++) {
      producer.send(new ProducerRecord<>(Topics.EVENTS, 0, null, "{}".getBytes(UTF_8))).get();
    }
  }

  /** Commits like the job: right after the last record that it has read, ignoring markers. */
  private void commitOffset(long offset) throws Exception {
    try (Admin admin = broker.admin()) {
      admin
          .alterConsumerGroupOffsets(
              Topics.CONSUMER_GROUP, Map.of(FIRST, new OffsetAndMetadata(offset)))
          .all()
          .get();
    }
  }

  /** The broker writes a transaction's marker some time after it has reported the end. */
  private static void awaitEnd(ConsumerLag topic, long end) {
    Await.until("the marker", Duration.ofSeconds(30), () -> topic.ends().get(FIRST) == end);
  }

  @Test
  void recordsAreCounted_whateverMarkersAndAbortedRecordsLieBehindThem() throws Exception {
    try (ConsumerLag topic = new ConsumerLag(broker, Set.of(Topics.EVENTS))) {
      assertThat(topic.uncounted(topic.ends())).as("an empty topic").isZero();

      begin(3);
      assertThat(topic.uncounted(topic.ends())).as("an open transaction was not sent").isZero();
      producer.commitTransaction();
      awaitEnd(topic, 4);
      assertThat(topic.uncounted(topic.ends())).as("none is counted").isPositive();

      commitOffset(2);
      assertThat(topic.uncounted(topic.ends())).as("the third is not counted").isPositive();
      commitOffset(3);
      assertThat(topic.uncounted(topic.ends())).as("only the marker is left").isZero();

      begin(2);
      producer.abortTransaction();
      awaitEnd(topic, 7);
      assertThat(topic.uncounted(topic.ends())).as("what was aborted was not sent").isZero();

      begin(1);
      producer.commitTransaction();
      awaitEnd(topic, 9);
      assertThat(topic.uncounted(topic.ends())).as("one more").isPositive();
      commitOffset(8);
      assertThat(topic.uncounted(topic.ends())).as("all are counted").isZero();
    }
  }
}
