package io.countermachine.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.item.CatalogItem;
import io.countermachine.item.CounterTable;
import io.countermachine.item.ItemCodec;
import io.countermachine.item.ItemKey;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.LocalBroker;
import io.countermachine.local.process.SharedParts;
import io.countermachine.local.traffic.EventSender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The resources of one test of the job, in a broker and a DynamoDB Local that all tests share: a
 * topic, a dead-letter topic, a table and a folder. The topic has one partition, which keeps the
 * events in order.
 */
final class JobCase {
  /** How long a test waits for something that takes a second on an idle machine. */
  static final Duration LIMIT = Duration.ofSeconds(90);

  private static final int EVENT_BYTES = 1 << 20;
  private static final int LETTER_BYTES = 1 << 21;
  private static final AtomicInteger CASES = new AtomicInteger();

  private final String name;
  private final Path folder;

  private JobCase(String name, Path folder) {
    this.name = name;
    this.folder = folder;
  }

  /** Creates the topics; the job creates the table. */
  static JobCase create(String label, Path folder) {
    return create(label, folder, LETTER_BYTES);
  }

  /** The same, with a dead-letter topic whose records are limited to that many bytes. */
  static JobCase create(String label, Path folder, int letterBytes) {
    JobCase own = new JobCase(label + CASES.incrementAndGet(), folder);
    LocalBroker broker = SharedParts.broker();
    broker.createTopic(own.name, 1, EVENT_BYTES);
    broker.createTopic(own.name + ".dead-letter", 1, letterBytes);
    return own;
  }

  static DynamoDbClient client() {
    return Client.OF_ALL;
  }

  private static final class Client {
    static final DynamoDbClient OF_ALL = SharedParts.store().client();
  }

  /**
   * The job's arguments except for its topic: it writes, completes checkpoints and reports metrics
   * quickly.
   *
   * @param more further arguments, placed before these
   */
  static String[] arguments(Path catalog, LocalBroker broker, String table, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--catalog",
                catalog.toString(),
                "--bootstrap-servers",
                broker.bootstrapServers(),
                "--dynamodb-endpoint",
                SharedParts.store().endpoint().toString(),
                "--create-table",
                "--table",
                table,
                "--flush-interval",
                "200ms",
                "-Dparallelism.default=2",
                "-Dmetrics.fetcher.update-interval=200ms",
                "-Dexecution.checkpointing.interval=500ms",
                "-Dexecution.checkpointing.min-pause=0ms"));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  /** The job's arguments with this case's topic and table. */
  String[] arguments(String catalog, String... more) throws IOException {
    List<String> all = new ArrayList<>(List.of("--topic", name));
    all.addAll(List.of(more));
    return arguments(
        Files.writeString(folder.resolve("catalog.yaml"), catalog),
        SharedParts.broker(),
        name,
        all.toArray(String[]::new));
  }

  RunningJob start(String catalog, String... more) throws IOException {
    return RunningJob.start(arguments(catalog, more));
  }

  /** The name of the topic and of the table. */
  String name() {
    return name;
  }

  /** Where the job's savepoints go. */
  Path savepoints() {
    return folder.resolve("savepoints");
  }

  /**
   * Stops a job with a savepoint, and returns the argument with which another job continues from
   * it.
   */
  String stop(RunningJob job) {
    return "-Dexecution.state-recovery.path=" + job.stopWithSavepoint(savepoints());
  }

  /** Sends events, in order. */
  void send(String... events) {
    try (EventSender sender = new EventSender(SharedParts.broker().bootstrapServers(), name)) {
      for (String event : events) {
        sender.sendInOrder(event.getBytes(UTF_8));
      }
      sender.flush();
    }
  }

  CounterTable table() {
    return new CounterTable(client(), name);
  }

  /** All items except that of the catalog. */
  List<Map<String, AttributeValue>> items() {
    return client()
        .scanPaginator(call -> call.tableName(name).consistentRead(true))
        .items()
        .stream()
        .filter(item -> !CatalogItem.is(item))
        .toList();
  }

  /** A measure's value in every item, by key; items without it are left out. */
  Map<String, Double> values(String measure, String interval) {
    Map<String, Double> values = new TreeMap<>();
    for (Map<String, AttributeValue> item : items()) {
      AttributeValue all = item.get("counts").m().get(measure);
      if (all != null && all.m().containsKey(interval)) {
        values.put(item.get("key").s(), Double.parseDouble(all.m().get(interval).n()));
      }
    }
    return values;
  }

  /** An item; empty if there is none. */
  Map<String, AttributeValue> item(String group, String key) {
    return client()
        .getItem(
            call ->
                call.tableName(name)
                    .key(ItemCodec.encodeKey(new ItemKey(group, key)))
                    .consistentRead(true))
        .item();
  }

  /** A map in a user's item; empty if there is none. */
  Map<String, AttributeValue> part(String user, String attribute) {
    Map<String, AttributeValue> item = item("user", user);
    return item.containsKey(attribute) ? item.get(attribute).m() : Map.of();
  }

  /** A value of a user; 0 if there is none. */
  double value(String user, String measure, String interval) {
    AttributeValue values = part(user, "counts").get(measure);
    return values != null && values.m().containsKey(interval)
        ? Double.parseDouble(values.m().get(interval).n())
        : 0;
  }

  /** Waits until a user has exactly this value. */
  void awaitValue(String user, String measure, String interval, double value) {
    Await.until(
        "%s's %s of %s".formatted(user, measure, value),
        LIMIT,
        () -> value(user, measure, interval) >= value);
    assertThat(value(user, measure, interval)).isEqualTo(value);
  }

  /** Waits until a user has exactly that many likes. */
  void awaitLikes(String user, double likes) {
    awaitValue(user, "like", "lifetime", likes);
  }
}
