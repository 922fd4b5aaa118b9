package io.countermachine.local.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countermachine.local.process.LocalBroker;
import io.countermachine.local.process.Ports;
import io.countermachine.local.process.Timeouts;
import io.countermachine.local.process.Topics;
import io.countermachine.local.progress.FlinkRestClient;
import io.countermachine.local.progress.Settlement;
import io.countermachine.local.stub.DynamoDbStub;
import io.countermachine.local.torture.FlinkCluster.Job;
import io.countermachine.local.torture.FlinkCluster.Memory;
import io.countermachine.local.traffic.EventSender;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Sends a million distinct keys within a minute to one taskmanager of 2 GB, first with state on the
 * heap, then in RocksDB. The store is the stub, because DynamoDB Local cannot handle that many
 * writes.
 */
final class ManyKeysRun {
  /** The name of this run on the command line. */
  static final String NAME = "wide";

  private static final int KEYS = 1_000_000;
  private static final Duration WITHIN = Duration.ofMinutes(1);
  private static final int LIMIT_MEGABYTES = 2_048;
  private static final int MAX_RECORD_BYTES = 1 << 20;
  private static final String CATALOG =
      """
      events: {view: {}, like: {}}
      groups:
        user: {key: [userId], counts: [view, like], intervals: [1m, 1h, 1d, lifetime]}
      """;

  /** A state backend, within the memory of one taskmanager. */
  private record Backend(String name, Memory memory, StateBackend kind) {}

  private static final List<Backend> BACKENDS =
      List.of(
          new Backend("heap", new Memory(1_350, 32), StateBackend.HEAP),
          new Backend("rocksdb", new Memory(640, 700), StateBackend.ROCKSDB));

  private final Path folder;
  private final Backend backend;
  private final Consumer<String> progress;

  private ManyKeysRun(Path folder, Backend backend, Consumer<String> progress) {
    this.folder = folder;
    this.backend = backend;
    this.progress = progress;
  }

  /** Tries every backend. The report fails if one of them does. */
  static TortureReport run(Path folder, Consumer<String> progress) {
    Map<String, Object> figures = new LinkedHashMap<>();
    List<String> failures = new ArrayList<>();
    for (Backend backend : BACKENDS) {
      ManyKeysRun wide = new ManyKeysRun(folder.resolve(backend.name()), backend, progress);
      wide.run(figures, failures);
    }
    TortureReport report = new TortureReport(0, List.of(), figures, failures);
    report.write(folder.resolve("report.json"));
    return report;
  }

  private void run(Map<String, Object> figures, List<String> failures) {
    try (LocalBroker broker = LocalBroker.start(folder, Ports.free());
        DynamoDbStub stub = DynamoDbStub.start(folder, Ports.free(), DynamoDbStub.Options.USUAL);
        FlinkCluster cluster =
            new FlinkCluster(folder, 1, backend.memory(), backend.kind().settings())) {
      broker.awaitReady();
      broker.createTopic(Topics.EVENTS, Topics.PARTITIONS, MAX_RECORD_BYTES);
      broker.createTopic(Topics.DEAD_LETTERS, 1, 2 * MAX_RECORD_BYTES);
      FlinkRestClient flink = new FlinkRestClient(cluster.address());
      cluster.start(new Job(arguments(broker, stub), 2));
      Timeouts.await("the start of the job", flink::isRunning);
      int started = cluster.started();
      progress.accept("%s: sending %d events of as many keys".formatted(backend.name(), KEYS));
      long begin = System.nanoTime();
      send(broker);
      double sent = secondsSince(begin);
      new Settlement(() -> broker, () -> Set.of(Topics.EVENTS), flink).awaitWritten();
      double settled = secondsSince(begin);
      long megabytes = cluster.largestTaskManagerMegabytes();
      figures.put(backend.name() + ", keys sent within s", Math.round(sent));
      figures.put(backend.name() + ", all counted and written after s", Math.round(settled));
      figures.put(backend.name() + ", items written", stub.statistics().items());
      long distinct = stub.statistics().distinctItems();
      figures.put(backend.name() + ", items in the table", distinct);
      figures.put(backend.name() + ", largest taskmanager in MB", megabytes);
      if (cluster.started() != started || flink.restores() > 0) {
        failures.add(backend.name() + ": a process or the job was started again");
      }
      if (megabytes > LIMIT_MEGABYTES) {
        failures.add("%s: %d MB".formatted(backend.name(), megabytes));
      }
      if (distinct != KEYS) {
        failures.add("%s: %d items of %d keys".formatted(backend.name(), distinct, KEYS));
      }
    }
  }

  private List<String> arguments(LocalBroker broker, DynamoDbStub stub) {
    try {
      Path catalog = Files.writeString(folder.resolve("catalog.yaml"), CATALOG);
      return List.of(
          "--catalog",
          catalog.toString(),
          "--bootstrap-servers",
          broker.bootstrapServers(),
          "--dynamodb-endpoint",
          stub.endpoint().toString(),
          "--create-table");
    } catch (IOException e) {
      throw new UncheckedIOException("the catalog could not be written", e);
    }
  }

  private static void send(LocalBroker broker) {
    long begin = System.nanoTime();
    long perKey = WITHIN.toNanos() / KEYS;
    try (EventSender sender = new EventSender(broker.bootstrapServers())) {
      for (int key = 0; key < KEYS; key++) {
        String event =
            "{\"eventName\":\"view\",\"eventTs\":%d,\"userId\":\"wide-%d\"}"
                .formatted(System.currentTimeMillis() / 1_000, key);
        sender.send(event.getBytes(UTF_8));
        LockSupport.parkNanos(begin + key * perKey - System.nanoTime());
      }
      sender.flush();
    }
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }
}
