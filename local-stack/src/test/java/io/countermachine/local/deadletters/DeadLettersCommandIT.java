package io.countermachine.local.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.countermachine.local.cli.LocalCommand;
import io.countermachine.local.process.LocalBroker;
import io.countermachine.local.process.Ports;
import io.countermachine.local.process.SharedParts;
import io.countermachine.local.process.Topics;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLettersCommandIT {
  private static final String TOPIC = Topics.DEAD_LETTERS;

  private static LocalBroker broker;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeAll
  static void start() throws Exception {
    broker = SharedParts.broker();
    broker.createTopic(TOPIC, 1, 1 << 20);
    broker.createTopic("none", 1, 1 << 20);
    Properties properties = new Properties();
    properties.put("bootstrap.servers", broker.bootstrapServers());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < 40; i++) {
        send(
            producer,
            "future_timestamp",
            "eventTs is %d ms ahead of the clock, at most 60000 ms are allowed"
                .formatted(70_000 + i),
            i,
            "{}");
      }
      for (int i = 0; i < 30; i++) {
        send(producer, "bad_timestamp", "eventTs is absent, expected a whole number", i, "{}");
      }
      send(
          producer, "bad_key", "postId \"\", expected a non-empty string", 77, "{\"postId\":\"\"}");
      send(producer, "empty", "no value", 78, null);
    }
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer,
      String reason,
      String detail,
      int offset,
      String value)
      throws Exception {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(TOPIC, value == null ? null : value.getBytes(UTF_8));
    record.headers().add("reason", reason.getBytes(UTF_8));
    record.headers().add("detail", detail.getBytes(UTF_8));
    record.headers().add("source-topic", "events".getBytes(UTF_8));
    record.headers().add("source-partition", "3".getBytes(UTF_8));
    record.headers().add("source-offset", Integer.toString(offset).getBytes(UTF_8));
    producer.send(record).get();
  }

  private int list(String... arguments) {
    return LocalCommand.execute(
        new DeadLettersCommand(),
        new PrintStream(out, true, UTF_8),
        new PrintStream(err, true, UTF_8),
        Stream.concat(
                Stream.of("--bootstrap-servers", broker.bootstrapServers()), Stream.of(arguments))
            .toArray(String[]::new));
  }

  @Test
  void letters_areSummedUpByReason_andTheNewestListed_withWhereTheyAre() {
    assertThat(list("--limit", "2")).isZero();

    assertThat(err.toString(UTF_8)).isEmpty();
    assertThat(out.toString(UTF_8).lines().map(String::strip))
        .containsExactly(
            "72 dead letters in events.dead-letter at " + broker.bootstrapServers(),
            "40  future_timestamp",
            "40  eventTs is N ms ahead of the clock, at most N ms are allowed",
            "such as: eventTs is 70000 ms ahead of the clock, at most 60000 ms are allowed",
            "30  bad_timestamp",
            "30  eventTs is absent, expected a whole number",
            "1  bad_key",
            "1  postId \"\", expected a non-empty string",
            "1  empty",
            "1  no value",
            "",
            "the newest 2, by topic/partition@offset of the record:",
            "events/3@77  bad_key: postId \"\", expected a non-empty string",
            "{\"postId\":\"\"}",
            "events/3@78  empty: no value",
            "(no value)");
  }

  @Test
  void reasonAndLimit_chooseWhatIsListed() {
    assertThat(list("--reason", "bad_key", "--limit", "0")).isZero();

    assertThat(out.toString(UTF_8))
        .startsWith("1 dead letter of reason bad_key in events.dead-letter")
        .doesNotContain("the newest");
  }

  @Test
  void noLetters_areNoFailure() {
    assertThat(list("--topic", "none")).isZero();
    assertThat(out.toString(UTF_8)).startsWith("0 dead letters in none");
  }

  @Test
  void missingTopic_andBrokerThatIsAway_areToldWithWhatToDo() {
    assertThat(list("--topic", "nothing")).isEqualTo(1);
    assertThat(err.toString(UTF_8))
        .contains("there is no topic nothing at", "--topic names another");
    err.reset();
    String nobody = "localhost:" + Ports.free();
    assertThat(
            list("--bootstrap-servers", nobody, "--kafka-property", "default.api.timeout.ms=1000"))
        .isEqualTo(1);
    assertThat(err.toString(UTF_8)).contains(nobody + " does not answer", "is the demo running?");
  }

  @Test
  void wrongUsage_exitsWithTwo() {
    assertThat(list("--limit", "-1")).isEqualTo(2);
    assertThat(list("--tpoic", "x")).isEqualTo(2);
    assertThat(list("--topic")).isEqualTo(2);
    assertThat(list("--kafka-property", "x")).isEqualTo(2);
    assertThat(list("--reason", "bad_keys")).isEqualTo(2);
    assertThat(err.toString(UTF_8))
        .contains("--reason bad_keys: expected one of empty, malformed, bad_event_name, ")
        .contains("--limit -1: expected", "'--tpoic'", "option '--topic'")
        .contains("--kafka-property", "KEY=VALUE", "'x'");
    assertThat(list("--help")).isZero();
  }

  @Test
  void brokerThatGoesAwayMeanwhile_endsTheReading(@TempDir Path own) throws Exception {
    LocalBroker mortal = LocalBroker.start(own, Ports.free()).awaitReady();
    try (mortal) {
      mortal.createTopic(TOPIC, 1, 1 << 20);
      Properties client = new Properties();
      client.put("bootstrap.servers", mortal.bootstrapServers());
      try (KafkaProducer<byte[], byte[]> producer =
          new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
        for (int i = 0; i < 20; i++) {
          send(producer, "empty", "no value", i, null);
        }
      }
      client.put("default.api.timeout.ms", "2000");
      // One record per fetch, so that the last ones have not arrived yet, although the client reads
      // ahead.
      client.put("fetch.max.bytes", "1");
      client.put("max.partition.fetch.bytes", "1");
      assertThatThrownBy(
              () ->
                  assertTimeoutPreemptively(
                      Duration.ofMinutes(1),
                      () -> DeadLetterRecord.forEach(client, TOPIC, first -> mortal.close())))
          .isInstanceOf(TimeoutException.class)
          .hasMessageContaining("no record came for 2 s");
    }
  }
}
