package io.countermachine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.job.config.JobOptions;
import io.countermachine.job.output.DeadLetterLimits;
import io.countermachine.local.process.LocalBroker;
import io.countermachine.local.process.Ports;
import io.countermachine.local.process.SharedParts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The topics that a job checks before it starts, with real brokers. */
class TopicsIT {
  private static final int RECORD_BYTES = 1 << 20;

  @TempDir private static Path creatingFolder;
  private static LocalBroker broker;
  private static LocalBroker creating;

  @BeforeAll
  static void start() {
    creating = LocalBroker.start(creatingFolder, Ports.free(), "auto.create.topics.enable=true");
    broker = SharedParts.broker();
    creating.awaitReady();
  }

  @AfterAll
  static void stop() {
    creating.close();
  }

  private static JobOptions options(String servers, String topic) {
    return JobOptions.parse("--bootstrap-servers", servers, "--topic", topic);
  }

  private static Set<String> topics(LocalBroker of)
      throws ExecutionException, InterruptedException {
    try (Admin admin = of.admin()) {
      return admin.listTopics().names().get();
    }
  }

  @Test
  void missingDeadLetterTopic_isNamed_untilItIsThere() {
    broker.createTopic("views", 1, RECORD_BYTES);
    JobOptions options = options(broker.bootstrapServers(), "views");
    assertThatThrownBy(() -> Topics.check(options, Optional.empty(), List.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("topic views.dead-letter")
        .hasMessageContaining(broker.bootstrapServers())
        .hasMessageContaining("--dead-letter-topic");
    broker.createTopic("views.dead-letter", 1, RECORD_BYTES);
    assertThatCode(() -> Topics.check(options, Optional.empty(), List.of()))
        .doesNotThrowAnyException();
  }

  @Test
  void topicOfRules_isCreatedCompacted_andIsNoneOfTheOthers() throws Exception {
    broker.createTopic("ruled", 1, RECORD_BYTES);
    broker.createTopic("ruled.dead-letter", 1, RECORD_BYTES);
    JobOptions options = options(broker.bootstrapServers(), "ruled");
    assertThatThrownBy(() -> Topics.check(options, Optional.of("ruled"), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("use a separate topic for the rules");
    Topics.check(options, Optional.of("rules"), List.of("sessions"));
    Topics.check(options, Optional.of("rules"), List.of("sessions"));
    ConfigResource rules = new ConfigResource(ConfigResource.Type.TOPIC, "rules");
    try (Admin admin = broker.admin()) {
      assertThat(
              admin
                  .describeConfigs(List.of(rules))
                  .all()
                  .get()
                  .get(rules)
                  .get("cleanup.policy")
                  .value())
          .isEqualTo("compact");
    }
  }

  @Test
  void job_doesNotStart_whenTheDeadLetterTopicIsMissing() {
    broker.createTopic("clicks", 1, RECORD_BYTES);
    assertThatThrownBy(
            () ->
                CounterJob.main(
                    new String[] {
                      "--bootstrap-servers", broker.bootstrapServers(), "--topic", "clicks"
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("topic clicks.dead-letter");
  }

  @Test
  void missingEventsTopic_isNamed_andNotCreated() throws Exception {
    for (LocalBroker each : new LocalBroker[] {broker, creating}) {
      assertThatThrownBy(
              () ->
                  Topics.check(
                      options(each.bootstrapServers(), "nowhere"), Optional.empty(), List.of()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("topic nowhere does not exist")
          .hasMessageContaining("--topic");
      assertThat(topics(each)).doesNotContain("nowhere");
    }
  }

  @Test
  void deadLetterTopic_isCreated_whereTheBrokerDoesThatByItself() throws Exception {
    creating.createTopic("likes", 1, RECORD_BYTES);
    Topics.check(options(creating.bootstrapServers(), "likes"), Optional.empty(), List.of());
    assertThat(topics(creating)).contains("likes.dead-letter");
  }

  @Test
  void deadLetterTopic_isAskedWhatItTakes() throws Exception {
    creating.createTopic("plays.dead-letter", 1, RECORD_BYTES);
    try (Admin admin = broker.admin()) {
      admin
          .createTopics(
              List.of(
                  new NewTopic("stops.dead-letter", 1, (short) 1)
                      .configs(
                          Map.of(
                              "max.message.bytes",
                              "5000",
                              "message.timestamp.before.max.ms",
                              "86400000",
                              "message.timestamp.type",
                              "LogAppendTime"))))
          .all()
          .get();
    }
    assertThat(DeadLetterTopic.limits(options(creating.bootstrapServers(), "plays")))
        .as("what a broker keeps by default")
        .isEqualTo(
            new DeadLetterLimits(
                RECORD_BYTES, true, Duration.ofDays(7).toMillis(), Long.MAX_VALUE));
    assertThat(DeadLetterTopic.limits(options(broker.bootstrapServers(), "stops")))
        .isEqualTo(new DeadLetterLimits(5_000, false, 86_400_000, Long.MAX_VALUE));
    // No broker, or no such topic.
    assertThat(DeadLetterTopic.limits(options(broker.bootstrapServers(), "nowhere")))
        .isEqualTo(DeadLetterLimits.DEFAULT);
  }

  @Test
  void deadLetterTopicThatTakesNextToNothing_isRefused() {
    broker.createTopic("small.dead-letter", 1, 1_000);
    assertThatThrownBy(() -> DeadLetterTopic.limits(options(broker.bootstrapServers(), "small")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("small.dead-letter takes messages of at most 1000 bytes")
        .hasMessageContaining("need 4096");
  }

  private static long ageMillis(String topic, long nowMillis) {
    return nowMillis
        - TopicAge.oldestRecordMillis(options(broker.bootstrapServers(), topic), nowMillis);
  }

  @Test
  void ageOfTheOldestRecord_isKnown_toAFactorOfTwo() throws Exception {
    broker.createTopic("aged", 2, RECORD_BYTES);
    long now = System.currentTimeMillis();
    assertThat(ageMillis("aged", now)).isEqualTo(Duration.ofMinutes(5).toMillis());
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>("aged", 0, now, null, new byte[1])).get();
      assertThat(ageMillis("aged", now)).isEqualTo(Duration.ofMinutes(5).toMillis());

      long hours = Duration.ofHours(30).toMillis();
      producer.send(new ProducerRecord<>("aged", 1, now - hours, null, new byte[1])).get();
      assertThat(ageMillis("aged", now)).isBetween(hours, 2 * hours);
      producer.send(new ProducerRecord<>("aged", 1, now, null, new byte[1])).get();
      assertThat(ageMillis("aged", now)).isBetween(hours, 2 * hours);

      long days = Duration.ofDays(100).toMillis();
      producer.send(new ProducerRecord<>("aged", 0, now - days, null, new byte[1])).get();
      // The first record of the partition is not the oldest one.
      assertThat(ageMillis("aged", now)).isBetween(hours, 2 * hours);
      broker.createTopic("ancient", 1, RECORD_BYTES);
      producer.send(new ProducerRecord<>("ancient", 0, now - days, null, new byte[1])).get();
      assertThat(ageMillis("ancient", now)).isEqualTo(Duration.ofDays(7).toMillis());
    }
  }

  @Test
  void ageIsTakenForTheLongest_whereNobodyTells() {
    JobOptions nobody =
        JobOptions.parse(
            "--bootstrap-servers",
            "localhost:" + Ports.free(),
            "--kafka-property",
            "default.api.timeout.ms=1000",
            "--kafka-property",
            "request.timeout.ms=1000");
    long week = Duration.ofDays(7).toMillis();
    assertThat(TopicAge.oldestRecordMillis(nobody, 10 * week)).isEqualTo(9 * week);
  }

  @Test
  void brokerThatCannotBeAsked_doesNotStopTheStart() {
    for (String nobody : new String[] {"localhost:" + Ports.free(), "no-such-host.invalid:9092"}) {
      assertThatCode(
              () -> Topics.check(options(nobody, "views"), Optional.empty(), Duration.ofSeconds(1)))
          .doesNotThrowAnyException();
    }
  }
}
