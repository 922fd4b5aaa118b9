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
import io.countermachine.local.torture.TortureRun.Options;
import io.countermachine.local.verification.TableItems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The machine in processes that can be killed, with a proxy in front of the store that injects
 * faults.
 */
final class TortureStack implements AutoCloseable {
  /** A second topic of events. */
  static final String OTHER_TOPIC = "events-other";

  /** All topics of events. */
  static final Set<String> TOPICS = Set.of(Topics.EVENTS, OTHER_TOPIC);

  /** The largest record. */
  private static final int MAX_RECORD_BYTES = 1 << 20;

  /** Longer than a late write is held back here, but short enough to wait for. */
  private static final String CONFIRM_AFTER = "15s";

  private static final int KEPT_WRITES = 4;
  private static final int EVENTS_PER_SECOND = 200;
  private static final int TASK_MANAGERS = 2;

  /** How soon the broker aborts a transaction that has timed out. */
  private static final String LOOKS_FOR_DEAD_PRODUCERS =
      "transaction.abort.timed.out.transaction.cleanup.interval.ms=1000";

  private final Options options;
  private final int kafkaPort = Ports.free();
  private final LocalDynamoDb dynamoDb;
  private final FaultProxy proxy;
  private final DynamoDbClient table;
  private final TableItems items;
  private final FlinkCluster cluster;
  private final FlinkRestClient flink;
  private final MonitoredService service;
  private LocalBroker broker;
  private EventFeed feed;
  private RuleFeed rules;

  private TortureStack(Options options) {
    this.options = options;
    broker = newBroker();
    dynamoDb = LocalDynamoDb.start(options.folder(), Ports.free());
    proxy = FaultProxy.start(dynamoDb.endpoint());
    proxy.writes().keepNewest(KEPT_WRITES);
    table = dynamoDb.client();
    items = new TableItems(table, CounterTable.DEFAULT_NAME);
    cluster =
        new FlinkCluster(
            options.folder(),
            TASK_MANAGERS,
            options.backend().memory(),
            options.backend().settings());
    flink = new FlinkRestClient(cluster.address());
    service =
        new MonitoredService(
            options.folder(),
            proxy.endpoint(),
            List.of(
                catalogFile(Choice.FIRST.withAddedGroup().text()),
                catalogFile(Choice.FIRST.text())));
  }

  private LocalBroker newBroker() {
    return LocalBroker.start(options.folder(), kafkaPort, LOOKS_FOR_DEAD_PRODUCERS);
  }

  /** Starts everything, and waits until the job runs and the service is ready. */
  static TortureStack start(Options options, Consumer<String> progress) {
    TortureStack stack = new TortureStack(options);
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
    cluster.start(new Job(jobArguments(Choice.FIRST, Set.of(Topics.EVENTS), 0), TASK_MANAGERS));
    Timeouts.await("the start of the job", flink::isRunning);
    // The job has created the table by now.
    service.start();
    feed =
        new EventFeed(
            broker.bootstrapServers(),
            new EventGenerator(options.seed()),
            EVENTS_PER_SECOND,
            Topics.PARTITIONS);
    rules = new RuleFeed(broker.bootstrapServers());
    service.plantAnchor(feed);
    feed.start();
    service.awaitReady();
    progress.accept("everything is up");
  }

  /**
   * The job's own arguments with a catalog.
   *
   * @param topics the topics to read
   * @param stops how often the job was stopped and resumed before
   */
  List<String> jobArguments(Choice catalog, Set<String> topics, int stops) {
    return List.of(
        "--catalog",
        catalogFile(TortureCatalogs.stored(catalog.text(), options.storedAs().format(stops)))
            .toString(),
        "--bootstrap-servers",
        broker.bootstrapServers(),
        "--topic",
        String.join(",", new TreeSet<>(topics)),
        "--dead-letter-topic",
        Topics.DEAD_LETTERS,
        "--group-id",
        Topics.CONSUMER_GROUP,
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
      Files.createDirectories(options.folder());
      return Files.writeString(
          options.folder().resolve("catalog-" + Integer.toHexString(text.hashCode()) + ".yaml"),
          text);
    } catch (IOException e) {
      throw new UncheckedIOException("a catalog could not be written", e);
    }
  }

  /** Kills the broker. */
  void killBroker() {
    broker.process().kill();
  }

  /** Starts the broker again with its data. */
  void startBroker() {
    broker = newBroker().awaitReady();
  }

  /** Adds partitions to the topics of events. The feed then uses them. */
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

  RuleFeed rules() {
    return rules;
  }

  /** The table, without the proxy. */
  TableItems items() {
    return items;
  }

  @Override
  public void close() {
    if (feed != null) {
      feed.close();
    }
    if (rules != null) {
      rules.close();
    }
    service.close();
    cluster.close();
    table.close();
    proxy.close();
    dynamoDb.close();
    broker.close();
  }
}
