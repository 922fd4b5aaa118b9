package io.countermachine.job;

import static io.countermachine.job.JobCase.LIMIT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.item.ItemCodec;
import io.countermachine.item.ItemKey;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.LocalBroker;
import io.countermachine.local.process.Ports;
import io.countermachine.local.process.SharedParts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What a job reads after a savepoint if its topics have changed, with real brokers and real
 * savepoints. Each like of a user adds 1 to its lifetime value, so a record that is lost or read
 * twice is visible.
 */
class ChangedTopicsIT {
  private static final int RECORD_BYTES = 1 << 20;

  @TempDir private static Path folder;
  @TempDir private static Path otherFolder;
  private static LocalBroker broker;
  private static LocalBroker otherCluster;
  private static Path catalog;

  @BeforeAll
  static void start() throws IOException {
    otherCluster = LocalBroker.start(otherFolder, Ports.free());
    broker = SharedParts.broker();
    otherCluster.awaitReady();
    catalog = Files.writeString(folder.resolve("small.yaml"), TestCatalogs.SMALL.text());
  }

  @AfterAll
  static void stop() {
    otherCluster.close();
  }

  private static void createTopic(LocalBroker on, String topic, int partitions) {
    on.createTopic(topic, partitions, RECORD_BYTES);
  }

  /** Sends likes of a user, to the partitions in turn. */
  private static void like(LocalBroker to, String topic, String user, int times) throws Exception {
    byte[] event = SavepointMaker.event("like", 0, "\"userId\":\"" + user + "\"").getBytes(UTF_8);
    Map<String, Object> properties =
        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, to.bootstrapServers());
    try (var producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      int partitions = producer.partitionsFor(topic).size();
      for (int i = 0; i < times; i++) {
        producer.send(new ProducerRecord<>(topic, i % partitions, null, event)).get();
      }
    }
  }

  private static double likes(String table, String user) {
    Map<String, AttributeValue> item =
        JobCase.client()
            .getItem(
                call -> call.tableName(table).key(ItemCodec.encodeKey(new ItemKey("user", user))))
            .item();
    return item.isEmpty()
        ? 0
        : Double.parseDouble(item.get("counts").m().get("like").m().get("lifetime").n());
  }

  /** Waits until a user has at least that many likes. */
  private static void awaitLikes(String table, String user, int likes) {
    Await.until(likes + " likes of " + user, LIMIT, () -> likes(table, user) >= likes);
  }

  private static String[] arguments(
      LocalBroker at, String table, String deadLetters, String... more) {
    List<String> all = new ArrayList<>(List.of("--dead-letter-topic", deadLetters));
    all.addAll(List.of(more));
    return JobCase.arguments(catalog, at, table, all.toArray(String[]::new));
  }

  private static String restoring(String savepoint) {
    return "-Dexecution.state-recovery.path=" + savepoint;
  }

  /** Runs a job until each of the users has its likes, and stops it with a savepoint. */
  private static String countUntil(String table, Map<String, Integer> likes, String... arguments) {
    try (RunningJob job = RunningJob.start(arguments)) {
      likes.forEach((user, expected) -> awaitLikes(table, user, expected));
      likes.forEach(
          (user, expected) -> assertThat(likes(table, user)).isEqualTo(expected.doubleValue()));
      assertThat(job.jobMetric("numRestarts")).isZero();
      return job.stopWithSavepoint(folder);
    }
  }

  @Test
  void topicsThatAreNamed_areRead_andNoOthers_whateverTheSavepointRead() throws Exception {
    String table = "Changed";
    createTopic(broker, "one", 2);
    createTopic(broker, "two", 2);
    createTopic(broker, "letters", 1);

    like(broker, "one", "u", 1);
    String one =
        countUntil(table, Map.of("u", 1), arguments(broker, table, "letters", "--topic", "one"));

    like(broker, "one", "u", 1);
    like(broker, "two", "u", 2);
    // Records that are read after these, from the same partitions, come after them.
    like(broker, "one", "marker of one", 2);
    like(broker, "two", "marker of two", 2);
    String two =
        countUntil(
            table,
            Map.of("u", 3, "marker of two", 2),
            arguments(broker, table, "letters", "--topic", "two", restoring(one)));
    assertThat(likes(table, "marker of one")).isZero();

    like(broker, "two", "u", 2);
    String oneAgain =
        countUntil(
            table,
            Map.of("u", 4, "marker of one", 2),
            arguments(broker, table, "letters", "--topic", "one", restoring(two)));

    createTopic(broker, "three", 1);
    like(broker, "three", "u", 5);
    like(broker, "three", "marker of three", 1);
    countUntil(
        table,
        Map.of("u", 11, "marker of three", 1, "marker of one", 2, "marker of two", 2),
        arguments(
            broker,
            table,
            "letters",
            "--topic",
            "one,two",
            "--topic",
            "three",
            restoring(oneAgain)));
  }

  private static void deleteTopic(String topic) throws Exception {
    try (Admin admin = broker.admin()) {
      admin.deleteTopics(List.of(topic)).all().get();
      Await.until(
          "the end of topic " + topic,
          LIMIT,
          () -> {
            try {
              return !admin.listTopics().names().get().contains(topic);
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          });
    }
  }

  @Test
  void topicThatWasCreatedAgain_endsTheStartWithWords_orIsReadFromItsBeginningIfAskedFor()
      throws Exception {
    String table = "Again";
    createTopic(broker, "again", 2);
    createTopic(broker, "again.letters", 1);
    like(broker, "again", "u", 4);
    String savepoint =
        countUntil(
            table, Map.of("u", 4), arguments(broker, table, "again.letters", "--topic", "again"));

    deleteTopic("again");
    createTopic(broker, "again", 1);
    like(broker, "again", "u", 3);
    String[] restore =
        arguments(broker, table, "again.letters", "--topic", "again", restoring(savepoint));
    assertThat(RunningJob.failureOf(restore))
        .rootCause()
        // The first reader that asks ends the job, so only its partitions are named.
        .hasMessageMatching(
            "again-[01] was read up to offset 2 in a topic that was deleted since and created again.*")
        .hasMessageContaining("--changed-topics reread");
    assertThat(likes(table, "u")).isEqualTo(4);

    countUntil(
        table,
        Map.of("u", 7),
        arguments(
            broker,
            table,
            "again.letters",
            "--topic",
            "again",
            "--changed-topics",
            "reread",
            restoring(savepoint)));
  }

  @Test
  void anotherClusterBehindTheAddress_endsTheStartWithWords() throws Exception {
    String table = "Cluster";
    for (LocalBroker each : List.of(broker, otherCluster)) {
      createTopic(each, "shared", 1);
      createTopic(each, "shared.dead-letter", 1);
      like(each, "shared", "u", 3);
    }
    String savepoint =
        countUntil(
            table,
            Map.of("u", 3),
            arguments(broker, table, "shared.dead-letter", "--topic", "shared"));
    // At least as many records as were read, so that the offset exists there.
    like(otherCluster, "shared", "u", 2);

    assertThat(
            RunningJob.failureOf(
                arguments(
                    otherCluster,
                    table,
                    "shared.dead-letter",
                    "--topic",
                    "shared",
                    restoring(savepoint))))
        .rootCause()
        .hasMessageContaining(
            "shared-0 was read up to offset 3 in the Kafka cluster " + clusterId(broker))
        .hasMessageContaining("the brokers are now of cluster " + clusterId(otherCluster));
    assertThat(likes(table, "u")).isEqualTo(3);
  }

  private static String clusterId(LocalBroker of) throws Exception {
    try (Admin admin = of.admin()) {
      return admin.describeCluster().clusterId().get();
    }
  }

  @Test
  void topicThatIsCreatedAgainWhileItIsRead_endsTheJobWithWords() throws Exception {
    String table = "Running";
    createTopic(broker, "running", 1);
    createTopic(broker, "running.dead-letter", 1);
    like(broker, "running", "u", 2);
    try (RunningJob job =
        RunningJob.start(
            arguments(
                broker,
                table,
                "running.dead-letter",
                "--topic",
                "running",
                "--kafka-property",
                "partition.discovery.interval.ms=500"))) {
      awaitLikes(table, "u", 2);
      long before = job.checkpoints("completed");
      Await.until("two checkpoints", LIMIT, () -> job.checkpoints("completed") >= before + 2);
      deleteTopic("running");
      createTopic(broker, "running", 1);
      like(broker, "running", "u", 5);
      assertThat(job.awaitFailure())
          .rootCause()
          .hasMessageContaining(
              "running-0 was read up to offset 2 in a topic that was deleted since and created");
    }
  }
}
