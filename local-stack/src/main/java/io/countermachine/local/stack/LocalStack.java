package io.countermachine.local.stack;

import io.countermachine.local.deadletters.DeadLetterRecord;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.BindAddress;
import io.countermachine.local.process.Installation;
import io.countermachine.local.process.JavaProcess;
import io.countermachine.local.process.LocalBroker;
import io.countermachine.local.process.LocalDynamoDb;
import io.countermachine.local.process.Ports;
import io.countermachine.local.process.ReadinessProbe;
import io.countermachine.local.process.ServiceJava;
import io.countermachine.local.process.TopicReader;
import io.countermachine.local.process.Topics;
import io.countermachine.local.progress.FlinkRestClient;
import io.countermachine.local.progress.Settlement;
import io.countermachine.rules.RulesTopic;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;

/**
 * The whole machine on this computer: broker, DynamoDB Local, streaming job, feature service and
 * optionally the console, each in its own process.
 */
public final class LocalStack implements AutoCloseable {
  private static final String JOB = "streaming-job";
  private static final Duration CACHE = Duration.ofSeconds(1);
  private static final long PROGRESS_NANOS = 5_000_000_000L;

  /** The packages that Flink's start scripts open on Java 17. */
  public static final List<String> FLINK_OPENS =
      Stream.of(
              "lang lang.reflect net io nio text time util util.concurrent util.concurrent.atomic util.concurrent.locks"
                  .split(" "))
          .map(name -> "--add-opens=java.base/java." + name + "=ALL-UNNAMED")
          .toList();

  /**
   * What to start, and where.
   *
   * @param folder the folder for data, logs and temporary files
   * @param catalog the catalog file
   * @param bind the address that all processes listen on
   * @param grpcPort the port of the service's gRPC API
   * @param jobMetricsPort the port of the job's Prometheus reporter
   */
  public record Config(
      Path folder,
      Path catalog,
      BindAddress bind,
      int servicePort,
      int grpcPort,
      int kafkaPort,
      int dynamoDbPort,
      int flinkPort,
      int jobMetricsPort) {

    /** A configuration with free ports that only this machine can reach. */
    public static Config onFreePorts(Path folder, Path catalog) {
      return new Config(
          folder,
          catalog,
          BindAddress.LOOPBACK,
          Ports.free(),
          Ports.free(),
          Ports.free(),
          Ports.free(),
          Ports.free(),
          Ports.free());
    }
  }

  private final Config config;
  private final Consumer<String> progress;
  private final List<JavaProcess> processes = new CopyOnWriteArrayList<>();
  private final FlinkRestClient flink;
  private LocalBroker broker;
  private LocalDynamoDb dynamoDb;
  private UnaryOperator<URI> jobsStore = UnaryOperator.identity();
  private OptionalInt consolePort = OptionalInt.empty();
  private Optional<String> rulesTopic = Optional.empty();
  private Consumer<String> writeRules = servers -> {};
  private List<String> serviceSettings = List.of();
  private Consumer<String> sendEvents = servers -> {};
  private Optional<String> backfillTopic = Optional.empty();
  private volatile boolean closed;

  private LocalStack(Config config, Consumer<String> progress) {
    this.config = config;
    this.progress = progress;
    this.flink = new FlinkRestClient(flinkAddress());
  }

  /** Prepares a stack and starts nothing, so that it can be closed while it starts. */
  public static LocalStack of(Config config, Consumer<String> progress) {
    return new LocalStack(config, progress);
  }

  /** Makes the job write through a proxy of the store. Call this before the start. */
  public LocalStack jobWritesThrough(UnaryOperator<URI> proxy) {
    jobsStore = proxy;
    return this;
  }

  /** Starts the console, too. Call this before the start. */
  public LocalStack withConsole(int port) {
    consolePort = OptionalInt.of(port);
    return this;
  }

  /**
   * Fills the topic of the catalog's rules before the job starts. Call this before the start.
   *
   * @param write receives the addresses of the brokers
   */
  public LocalStack withRules(String topic, Consumer<String> write) {
    rulesTopic = Optional.of(topic);
    writeRules = write;
    return this;
  }

  /** Starts the service with additional settings. Call this before the start. */
  public LocalStack withServiceSettings(String... settings) {
    serviceSettings = List.of(settings);
    return this;
  }

  /**
   * Sends events before the job starts. Call this before the start.
   *
   * @param send receives the addresses of the brokers
   */
  public LocalStack withEvents(Consumer<String> send) {
    sendEvents = send;
    return this;
  }

  /** Makes the job read sums of history from a topic. Call this before the start. */
  public LocalStack withBackfill(String topic) {
    backfillTopic = Optional.of(topic);
    return this;
  }

  /** Starts all processes, and waits until each is ready. */
  public LocalStack start() {
    long begin = System.nanoTime();
    ServiceJava serviceJava = ServiceJava.chosen();
    progress.accept("starting Kafka and DynamoDB Local …");
    broker = LocalBroker.start(config.folder(), config.bind(), config.kafkaPort());
    processes.add(broker.process());
    dynamoDb = LocalDynamoDb.start(config.folder(), config.bind(), config.dynamoDbPort());
    processes.add(dynamoDb.process());
    dynamoDb.awaitReady();
    broker.awaitReady();
    broker.createTopic(Topics.EVENTS, Topics.PARTITIONS, Topics.MAX_RECORD_BYTES);
    broker.createTopic(Topics.DEAD_LETTERS, 1, Topics.MAX_DEAD_LETTER_BYTES);
    rulesTopic.ifPresent(
        topic -> {
          broker.createTopic(topic, 1, RulesTopic.settings());
          writeRules.accept(broker.bootstrapServers());
        });
    sendEvents.accept(broker.bootstrapServers());
    progress.accept("Kafka and DynamoDB Local are up after " + seconds(begin) + " s");
    progress.accept(
        "starting the streaming job, and the feature service on %s …".formatted(serviceJava));
    startJob();
    JavaProcess service = startService();
    JavaProcess console = consolePort.isPresent() ? startConsole() : null;
    flink.awaitRunning(jobProcess());
    progress.accept("the streaming job runs after " + seconds(begin) + " s");
    ReadinessProbe.awaitReady(serviceAddress(), service);
    progress.accept("the feature service is ready after " + seconds(begin) + " s");
    if (console != null) {
      ReadinessProbe.awaitPage("the console", consoleAddress(), console);
    }
    return this;
  }

  private static long seconds(long begin) {
    return (System.nanoTime() - begin) / 1_000_000_000;
  }

  private JavaProcess start(
      String name,
      List<String> classPath,
      String mainClass,
      List<String> arguments,
      List<String> jvmFlags,
      Map<String, String> environment) {
    return start(
        new JavaProcess.Command(name, classPath, mainClass, arguments, jvmFlags, environment));
  }

  private JavaProcess start(JavaProcess.Command command) {
    JavaProcess process = JavaProcess.start(command, config.folder());
    processes.add(process);
    return process;
  }

  /** Starts the streaming job. It resumes from the newest checkpoint in the folder. */
  private void startJob() {
    List<String> flags = new ArrayList<>(FLINK_OPENS);
    flags.add("-Xmx1g");
    List<String> options =
        List.of(
            "--catalog=" + config.catalog(),
            "--bootstrap-servers=" + broker.bootstrapServers(),
            "--topic=" + Topics.EVENTS,
            "--group-id=" + Topics.CONSUMER_GROUP,
            "--dynamodb-endpoint=" + jobsStore.apply(dynamoDb.endpoint()),
            "--flush-interval=1s");
    List<String> arguments = new ArrayList<>();
    options.forEach(option -> arguments.addAll(List.of(option.split("=", 2))));
    backfillTopic.ifPresent(topic -> arguments.addAll(List.of("--backfill-topic", topic)));
    arguments.addAll(
        List.of(
            "--create-table",
            "-Drest.port=" + config.flinkPort(),
            "-Drest.bind-port=" + config.flinkPort(),
            "-Drest.bind-address=" + config.bind().listen(),
            "-Dparallelism.default=2",
            "-Dmetrics.reporters=prom",
            "-Dmetrics.reporter.prom.factory.class="
                + "org.apache.flink.metrics.prometheus.BoundPrometheusReporterFactory",
            "-Dmetrics.reporter.prom.host=" + config.bind().listen(),
            "-Dmetrics.reporter.prom.port=" + config.jobMetricsPort(),
            "-Dexecution.checkpointing.interval=2s",
            // By default, metrics are up to 10 s old, and waits would take as long.
            "-Dmetrics.fetcher.update-interval=500ms",
            "-Dexecution.checkpointing.dir=" + config.folder().resolve("checkpoints").toUri()));
    start(
        JOB,
        Installation.streamingJob(),
        "io.countermachine.job.CounterJob",
        arguments,
        flags,
        LocalDynamoDb.CREDENTIALS);
  }

  /** Starts the streaming job again after it was stopped, and waits until it runs. */
  public void restartJob() {
    processes.remove(jobProcess());
    startJob();
    flink.awaitRunning(jobProcess());
  }

  private JavaProcess startService() {
    List<String> settings = new ArrayList<>(serviceSettings);
    settings.addAll(
        List.of(
            "--server.address=" + config.bind().listen(),
            "--server.port=" + config.servicePort(),
            "--counter-machine.grpc.port=" + config.grpcPort(),
            "--counter-machine.catalog=" + config.catalog(),
            "--counter-machine.dynamodb.endpoint=" + dynamoDb.endpoint(),
            "--counter-machine.rules.bootstrap-servers=" + broker.bootstrapServers(),
            "--counter-machine.answer-log.bootstrap-servers=" + broker.bootstrapServers(),
            // DynamoDB Local shares the machine with everything else, and is slower than DynamoDB.
            "--counter-machine.dynamodb.connection-timeout=1s",
            "--counter-machine.dynamodb.attempt-timeout=1500ms",
            "--counter-machine.dynamodb.call-timeout=4s",
            "--counter-machine.request.deadline=2s",
            // The compiler shares the machine, too, and these deadlines are long.
            "--counter-machine.warm-up.max-time=2s",
            "--counter-machine.cache.max-age=" + CACHE.toMillis() + "ms",
            "--counter-machine.admission.slow=1s"));
    return start(
        JavaProcess.Command.featureService("feature-service", settings, List.of("-Xmx512m")));
  }

  private JavaProcess startConsole() {
    return start(
        "console",
        Installation.console(),
        "io.countermachine.console.Console",
        List.of(
            "--server.address=" + config.bind().listen(),
            "--server.port=" + consolePort.getAsInt(),
            "--counter-machine.console.service-url=" + serviceAddress(),
            "--counter-machine.console.bootstrap-servers=" + broker.bootstrapServers(),
            "--counter-machine.console.topic=" + Topics.EVENTS,
            "--counter-machine.console.send-events=true",
            "--counter-machine.console.change-rules=true",
            "--counter-machine.console.flink-url=" + flinkAddress(),
            "--counter-machine.console.job-metrics-url=" + jobMetricsAddress()),
        // Starts fast, and is mostly idle afterwards.
        List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
        Map.of());
  }

  /** The streaming job's process. */
  public JavaProcess jobProcess() {
    return processes.stream().filter(each -> each.name().equals(JOB)).findFirst().orElseThrow();
  }

  private URI address(int port) {
    return URI.create("http://" + config.bind().host() + ":" + port);
  }

  /** The address of the service's gRPC API for clients: host and port. */
  public String grpcAddress() {
    return config.bind().host() + ":" + config.grpcPort();
  }

  public URI serviceAddress() {
    return address(config.servicePort());
  }

  /** The address of the console, if it was requested. */
  public URI consoleAddress() {
    return address(consolePort.orElseThrow());
  }

  public final URI flinkAddress() {
    return address(config.flinkPort());
  }

  /** The address of the job's metrics. */
  public URI jobMetricsAddress() {
    return address(config.jobMetricsPort()).resolve("/metrics");
  }

  public LocalBroker broker() {
    return broker;
  }

  public LocalDynamoDb dynamoDb() {
    return dynamoDb;
  }

  /** All processes. */
  public List<JavaProcess> processes() {
    return List.copyOf(processes);
  }

  /** Waits until every event sent so far is counted, written and readable, and reports progress. */
  public void awaitSettled() {
    new Settlement(() -> broker, () -> Set.of(Topics.EVENTS), flink, this::await).awaitWritten();
    // The service uses no cache entry that is older than this.
    long written = System.nanoTime();
    await(
        "the expiry of older cache entries",
        () -> "everything is in the table; waiting until the service's cache entries are newer",
        () -> System.nanoTime() - written > CACHE.toNanos());
  }

  private void await(String what, Supplier<String> state, BooleanSupplier condition) {
    long lastProgress = System.nanoTime();
    while (!condition.getAsBoolean()) {
      requireAlive();
      if (System.nanoTime() - lastProgress > PROGRESS_NANOS) {
        progress.accept(state.get() + " …");
        lastProgress = System.nanoTime();
      }
      Await.pause();
    }
  }

  /**
   * Passes on each existing dead letter once. After a restart, the job may have written one twice.
   */
  public void forEachDeadLetter(Consumer<DeadLetterRecord> consumer) {
    String servers = broker.bootstrapServers();
    Set<List<Object>> given = new HashSet<>();
    try {
      DeadLetterRecord.forEach(
          TopicReader.client(servers),
          Topics.DEAD_LETTERS,
          letter -> {
            if (given.add(
                List.of(letter.sourceTopic(), letter.sourcePartition(), letter.sourceOffset()))) {
              consumer.accept(letter);
            }
          });
    } catch (KafkaException e) {
      throw new IllegalStateException(
          "the dead letters cannot be read: %s does not answer: %s"
              .formatted(servers, e.getMessage()),
          e);
    }
  }

  /** How many events the job has not counted, according to {@link FlinkRestClient#duplicates()}. */
  public OptionalLong duplicates() {
    return flink.duplicates();
  }

  /**
   * How many events rules have blocked; empty if unknown because the job was restarted.
   *
   * @param lists the catalog's lists
   */
  public OptionalLong blocked(Collection<String> lists) {
    return flink.blocked(lists);
  }

  /** The current number of dead letters. */
  public long deadLetters() {
    long[] count = {0};
    forEachDeadLetter(letter -> count[0]++);
    return count[0];
  }

  /** Fails if a process has ended unexpectedly. */
  public void requireAlive() {
    for (JavaProcess process : processes) {
      if (!closed && !process.isAlive()) {
        throw new IllegalStateException(process.howItEnded(process.name()));
      }
    }
  }

  /** Stops all processes in reverse order of their start. */
  @Override
  public void close() {
    closed = true;
    List<JavaProcess> newestFirst = new ArrayList<>(processes);
    Collections.reverse(newestFirst);
    newestFirst.forEach(JavaProcess::close);
  }
}
