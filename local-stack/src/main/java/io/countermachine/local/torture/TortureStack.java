package io.countermachine.local.torture;

import io.countermachine.item.CounterTable;
import io.countermachine.local.faults.FaultProxy;
import io.countermachine.local.process.LocalBroker;
import io.countermachine.local.process.LocalDynamoDb;
import io.countermachine.local.process.Ports;
import io.countermachine.local.process.Timeouts;
import io.countermachine.local.process.Topics;
import io.countermachine.local.progress.FlinkRestClient;
import io.countermachine.local.torture.FlinkCluster.Job;
import io.countermachine.local.torture.TortureCatalogs.Choice;
import io.countermachine.local.verification.Recomputation;
import io.countermachine.local.verification.TableItems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The machine in processes that can be killed, with a proxy before the store that injects faults.
 */
final class TortureStack implements AutoCloseable {
  /** A second topic of events. */
  static final String OTHER_TOPIC = "events-other";

  /** All topics of events. */
  static final Set<String> TOPICS = Set.of(Topics.EVENTS, OTHER_TOPIC);

  /** The largest record. */
  private static final int MAX_RECORD_BYTES = 1 << 20;

  /** Longer than a late write is held back here, and short enough to wait for. */
  private static final String CONFIRM_AFTER = "15s";

  private static final int KEPT_WRITES = 4;

  /** How soon the broker aborts a transaction that has timed out. */
  private static final String LOOKS_FOR_DEAD_PRODUCERS =
      "transaction.abort.timed.out.transaction.cleanup.interval.ms=1000";

  private static final String GROUP_ID = Topics.CONSUMER_GROUP;

  /**
   * What to run.
   *
   * @param folder for data, logs and the report
   * @param eventsPerSecond the feed's rate
   * @param backend where the job keeps its state
   * @param storedAs in which form it writes items
   */
  record Config(
      Path folder,
      long seed,
      int eventsPerSecond,
      int taskManagers,
      StateBackend backend,
      StoredFormat storedAs) {}

  private final Config config;
  private final int kafkaPort = Ports.free();
  private final LocalDynamoDb dynamoDb;
  private final FaultProxy proxy;
  private final DynamoDbClient table;
  private final FlinkCluster cluster;
  private final FlinkRestClient flink;
  private final MonitoredService service;
  private LocalBroker broker;
  private EventFeed feed;

  private TortureStack(Config config) {
    this.config = config;
    broker = newBroker();
    dynamoDb = LocalDynamoDb.start(config.folder(), Ports.free());
    proxy = FaultProxy.start(dynamoDb.endpoint());
    proxy.writes().keepNewest(KEPT_WRITES);
    table = dynamoDb.client();
    cluster =
        new FlinkCluster(
            config.folder(),
            config.taskManagers(),
            config.backend().memory(),
            config.backend().settings());
    flink = new FlinkRestClient(cluster.address());
    service =
        new MonitoredService(
            config.folder(),
            proxy.endpoint(),
            List.of(
                catalogFile(Choice.FIRST.withAddedGroup().text()),
                catalogFile(Choice.FIRST.text())));
  }

  private LocalBroker newBroker() {
    return LocalBroker.start(config.folder(), kafkaPort, LOOKS_FOR_DEAD_PRODUCERS);
  }

  /** Starts everything, and waits until the job runs and the service is ready. */
  static TortureStack start(Config config, Consumer<String> progress) {
    TortureStack stack = new TortureStack(config);
    try {
      stack.startAll(progress);
      return stack;
    } catch (RuntimeException e) {
      stack.close();
      throw e;
    }
  }

  private void startAll(Consumer<String> progress) {
    progress.accept("starting broker, store, Flink and service …");
    dynamoDb.awaitReady();
    broker.awaitReady();
    TOPICS.forEach(topic -> broker.createTopic(topic, Topics.PARTITIONS, MAX_RECORD_BYTES));
    broker.createTopic(Topics.DEAD_LETTERS, 1, 2 * MAX_RECORD_BYTES);
    cluster.start(
        new Job(jobArguments(Choice.FIRST, Set.of(Topics.EVENTS), 0), config.taskManagers()));
    Timeouts.await("the start of the job", flink::isRunning);
    // The job has created the table.
    service.start();
    feed =
        new EventFeed(
            broker.bootstrapServers(),
            new EventGenerator(config.seed()),
            config.eventsPerSecond(),
            Topics.PARTITIONS);
    service.plantAnchor(feed);
    feed.start();
    service.awaitReady();
    progress.accept("all parts are up");
  }

  /**
   * The job's own arguments with a catalog.
   *
   * @param topics that it reads
   * @param stops how often the job was stopped and resumed before
   */
  List<String> jobArguments(Choice catalog, Set<String> topics, int stops) {
    return List.of(
        "--catalog",
        catalogFile(TortureCatalogs.stored(catalog.text(), config.storedAs().format(stops)))
            .toString(),
        "--bootstrap-servers",
        broker.bootstrapServers(),
        "--topic",
        String.join(",", new TreeSet<>(topics)),
        "--dead-letter-topic",
        Topics.DEAD_LETTERS,
        "--group-id",
        GROUP_ID,
        "--dynamodb-endpoint",
        proxy.endpoint().toString(),
        "--create-table",
        "--confirm-after",
        CONFIRM_AFTER,
        "--kafka-property",
        "partition.discovery.interval.ms=2000");
  }

  private Path catalogFile(String text) {
    try {
      Files.createDirectories(config.folder());
      return Files.writeString(
          config.folder().resolve("catalog-" + Integer.toHexString(text.hashCode()) + ".yaml"),
          text);
    } catch (IOException e) {
      throw new UncheckedIOException("a catalog could not be written", e);
    }
  }

  /** Kills the broker. */
  void killBroker() {
    broker.process().kill();
  }

  /** Starts the broker again with the data it had. */
  void startBroker() {
    broker = newBroker().awaitReady();
  }

  /** Adds partitions to the topics of events, which the feed then uses. */
  void addPartitions(int more) {
    int count = feed.partitions() + more;
    try (Admin admin = broker.admin()) {
      Timeouts.get(
          "adding partitions",
          admin
              .createPartitions(
                  TOPICS.stream()
                      .collect(
                          Collectors.toMap(
                              topic -> topic, topic -> NewPartitions.increaseTo(count))))
              .all());
    }
    feed.usePartitions(count);
  }

  LocalBroker broker() {
    return broker;
  }

  FaultProxy proxy() {
    return proxy;
  }

  FlinkCluster cluster() {
    return cluster;
  }

  FlinkRestClient flink() {
    return flink;
  }

  MonitoredService service() {
    return service;
  }

  EventFeed feed() {
    return feed;
  }

  /** Every item, read past the proxy. */
  Map<Recomputation.Key, TableItems.Item> items() {
    return TableItems.all(table, CounterTable.DEFAULT_NAME);
  }

  /** When a key's item is gone; empty where there is none or it is kept for ever. */
  Optional<Instant> expiresAt(Recomputation.Key key) {
    return TableItems.expiresAt(table, CounterTable.DEFAULT_NAME, key);
  }

  /** Deletes every item, past the proxy. */
  void emptyTable() {
    TableItems.deleteAll(table, CounterTable.DEFAULT_NAME);
  }

  /** How many items are in packed form. */
  long packedItems() {
    return TableItems.packed(table, CounterTable.DEFAULT_NAME);
  }

  @Override
  public void close() {
    if (feed != null) {
      feed.close();
    }
    service.close();
    cluster.close();
    table.close();
    proxy.close();
    dynamoDb.close();
    broker.close();
  }
}
