package io.countermachine.local;

import io.countermachine.catalog.CatalogLoader;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The whole machine on this computer: broker, DynamoDB Local, streaming job and feature service, a
 * process each.
 */
public final class LocalStack implements AutoCloseable {
  public static final String TOPIC = "events";
  public static final String DEAD_LETTER_TOPIC = "events.dead-letter";
  public static final String GROUP_ID = "counter-machine";
  public static final int PARTITIONS = 4;
  static final long FLUSH_MILLIS = 1_000;
  private static final long CACHE_MILLIS = 1_000;

  /** What Flink's own start scripts open to it on Java 17. */
  public static final List<String> FLINK_OPENS =
      Stream.of(
              "lang",
              "lang.reflect",
              "net",
              "io",
              "nio",
              "text",
              "time",
              "util",
              "util.concurrent",
              "util.concurrent.atomic",
              "util.concurrent.locks")
          .map(name -> "--add-opens=java.base/java." + name + "=ALL-UNNAMED")
          .toList();

  /**
   * What to start, and where.
   *
   * @param folder for data, logs and temporary files
   * @param catalog the catalog file
   * @param jobMetricsPort where the job's Prometheus reporter answers
   */
  public record Config(
      Path folder,
      Path catalog,
      int servicePort,
      int kafkaPort,
      int dynamoDbPort,
      int flinkPort,
      int jobMetricsPort) {

    /** A configuration with ports that are free now. */
    public static Config onFreePorts(Path folder, Path catalog) {
      return new Config(
          folder, catalog, Ports.free(), Ports.free(), Ports.free(), Ports.free(), Ports.free());
    }
  }

  private final Config config;
  private final Consumer<String> progress;
  private final List<AutoCloseable> parts = new ArrayList<>();
  private final List<JavaProcess> processes = new CopyOnWriteArrayList<>();
  private LocalBroker broker;
  private LocalDynamoDb dynamoDb;
  private volatile boolean closed;

  private LocalStack(Config config, Consumer<String> progress) {
    this.config = config;
    this.progress = progress;
  }

  /**
   * Prepares a stack, of which nothing runs yet; so that a caller can already close it while it
   * starts.
   */
  public static LocalStack of(Config config, Consumer<String> progress) {
    return new LocalStack(config, progress);
  }

  /** Starts all parts and waits until each is ready. */
  public LocalStack start() {
    long begin = System.nanoTime();
    progress.accept("starting Kafka and DynamoDB Local …");
    broker = add(LocalBroker.start(config.folder(), config.kafkaPort()));
    processes.add(broker.process());
    dynamoDb = add(LocalDynamoDb.start(config.folder(), config.dynamoDbPort()));
    processes.add(dynamoDb.process());
    dynamoDb.awaitReady();
    broker.awaitReady();
    broker.createTopic(TOPIC, PARTITIONS, Broker.MAX_RECORD_BYTES);
    // A dead letter is its record and headers.
    broker.createTopic(DEAD_LETTER_TOPIC, 1, Broker.MAX_RECORD_BYTES + (1 << 20));
    progress.accept("Kafka and DynamoDB Local are up after " + seconds(begin) + " s");
    progress.accept("starting the streaming job and the feature service …");
    startJob();
    JavaProcess service = startService();
    FlinkRest.awaitRunning(flinkAddress(), jobProcess());
    progress.accept("the streaming job runs after " + seconds(begin) + " s");
    ServiceProbe.awaitReady(serviceAddress(), service);
    progress.accept("the feature service is ready after " + seconds(begin) + " s");
    return this;
  }

  private static long seconds(long begin) {
    return (System.nanoTime() - begin) / 1_000_000_000;
  }

  /** Starts the streaming job; it resumes from the newest checkpoint in the folder. */
  private void startJob() {
    List<String> flags = new ArrayList<>(List.of("-Xmx1g"));
    flags.addAll(FLINK_OPENS);
    Map<String, String> environment = new HashMap<>(LocalDynamoDb.CREDENTIALS);
    processes.add(
        add(
            JavaProcess.start(
                new JavaProcess.Command(
                    "streaming-job",
                    Installation.streamingJob(),
                    "io.countermachine.job.CounterJob",
                    List.of(
                        "--catalog",
                        config.catalog().toString(),
                        "--bootstrap-servers",
                        broker.bootstrapServers(),
                        "--topic",
                        TOPIC,
                        "--group-id",
                        GROUP_ID,
                        "--dynamodb-endpoint",
                        dynamoDb.endpoint().toString(),
                        "--create-table",
                        "--flush-interval",
                        FLUSH_MILLIS + "ms",
                        "-Drest.port=" + config.flinkPort(),
                        "-Drest.bind-port=" + config.flinkPort(),
                        "-Dparallelism.default=2",
                        "-Dmetrics.reporters=prom",
                        "-Dmetrics.reporter.prom.factory.class="
                            + "org.apache.flink.metrics.prometheus.PrometheusReporterFactory",
                        "-Dmetrics.reporter.prom.port=" + config.jobMetricsPort(),
                        "-Dexecution.checkpointing.interval=2s",
                        "-Dexecution.checkpointing.dir="
                            + config.folder().resolve("checkpoints").toUri()),
                    flags,
                    environment),
                config.folder())));
  }

  /** Starts the streaming job again after it was stopped, and waits until it runs. */
  public void restartJob() {
    processes.removeIf(process -> process.name().equals("streaming-job"));
    startJob();
    FlinkRest.awaitRunning(flinkAddress(), jobProcess());
  }

  private JavaProcess startService() {
    JavaProcess service =
        add(
            JavaProcess.start(
                new JavaProcess.Command(
                    "feature-service",
                    Installation.featureService(),
                    "io.countermachine.service.FeatureService",
                    List.of(
                        "--server.port=" + config.servicePort(),
                        "--counter-machine.catalog=" + config.catalog(),
                        "--counter-machine.dynamodb.endpoint=" + dynamoDb.endpoint(),
                        // DynamoDB Local, beside all else on one machine, is slower than DynamoDB.
                        "--counter-machine.dynamodb.attempt-timeout=2s",
                        "--counter-machine.dynamodb.call-timeout=4s",
                        "--counter-machine.request.deadline=2s",
                        "--counter-machine.cache.max-age=" + CACHE_MILLIS + "ms",
                        "--counter-machine.admission.slow=1s",
                        "--counter-machine.console.bootstrap-servers=" + broker.bootstrapServers(),
                        "--counter-machine.console.topic=" + TOPIC,
                        "--counter-machine.console.flink-url=" + flinkAddress(),
                        "--counter-machine.console.job-metrics-url=" + jobMetricsAddress()),
                    List.of("-Xmx512m"),
                    LocalDynamoDb.CREDENTIALS),
                config.folder()));
    processes.add(service);
    return service;
  }

  /** The streaming job's process, the newest where it was started again. */
  public JavaProcess jobProcess() {
    return processes.stream()
        .filter(process -> process.name().equals("streaming-job"))
        .reduce((older, newer) -> newer)
        .orElseThrow();
  }

  private <T extends AutoCloseable> T add(T part) {
    synchronized (parts) {
      parts.add(part);
    }
    return part;
  }

  public URI serviceAddress() {
    return URI.create("http://localhost:" + config.servicePort());
  }

  public URI flinkAddress() {
    return URI.create("http://localhost:" + config.flinkPort());
  }

  /** Where the job's metrics are scraped. */
  public URI jobMetricsAddress() {
    return URI.create("http://localhost:" + config.jobMetricsPort() + "/metrics");
  }

  public LocalBroker broker() {
    return broker;
  }

  public LocalDynamoDb dynamoDb() {
    return dynamoDb;
  }

  /** The part that has ended though nobody asked it to, or null. */
  JavaProcess deadPart() {
    if (closed) {
      return null;
    }
    return processes.stream().filter(process -> !process.isAlive()).findFirst().orElse(null);
  }

  /**
   * Waits until every event sent so far is counted, written and readable.
   *
   * <p>Offsets are committed when a checkpoint completes, so committed offsets at the topic's end
   * mean that every event is in the job's state. Each changed key is then written within a flush
   * interval, or within its group's longest wait, and a checkpoint that begins later than that and
   * completes has flushed the sink.
   *
   * @return how many dead letters there are
   */
  public long awaitSettled() {
    Duration maxStale = CatalogLoader.load(config.catalog()).maxStale();
    long deadLetters =
        new Settlement(broker, flinkAddress(), maxStale, this::failIfDead, progress).await();
    try {
      // Copies that the service made before the last write are then too old to be used.
      TimeUnit.MILLISECONDS.sleep(CACHE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the last writes", e);
    }
    return deadLetters;
  }

  private void failIfDead() {
    JavaProcess dead = deadPart();
    if (dead != null) {
      throw new IllegalStateException(
          dead.name() + " has ended; its log " + dead.log() + " ends with:\n" + dead.logTail(20));
    }
  }

  /** Stops every part, the newest first. */
  @Override
  public void close() {
    closed = true;
    synchronized (parts) {
      for (int i = parts.size() - 1; i >= 0; i--) {
        try {
          parts.get(i).close();
        } catch (Exception e) {
          throw new IllegalStateException("a part could not be stopped", e);
        }
      }
      parts.clear();
    }
  }
}
