package io.countermachine.bench.pipeline;

import io.countermachine.local.process.Installation;
import io.countermachine.local.process.JavaProcess;
import io.countermachine.local.process.LocalDynamoDb;
import io.countermachine.local.process.Ports;
import io.countermachine.local.process.ReadinessProbe;
import io.countermachine.local.process.ResidentMemory;
import io.countermachine.local.stack.LocalStack;
import io.countermachine.local.stub.DynamoDbStub;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The processes of the benchmark: contenders, their stores, and the service. */
public final class PipelineProcesses {
  /**
   * Flags of ours as long after a start, when no older write is expected any longer: else every key
   * would be written once more in the midst of what is measured.
   */
  public static final List<String> SETTLED = List.of("--confirm-after", "1ms");

  /** In a smoke run nothing works for so long that it would be worth compiling well. */
  public static final List<String> QUICK_START =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto");

  static final long FLUSH_MILLIS = 1_000;

  private static final Duration CHECKPOINTS = Duration.ofSeconds(10);
  private static final Duration SMOKE_CHECKPOINTS = Duration.ofSeconds(1);

  private static final String HEAP = "4g";
  private static final String JOBS = "io.countermachine.bench.jobs.";

  /** The store takes no time: that it does not bound what is measured. */
  private static final DynamoDbStub.Options STORE =
      new DynamoDbStub.Options(Duration.ZERO, false, 1, "8g");

  /** Flink's managed memory, which is RocksDB's. */
  private static final String ROCKSDB_MEMORY = "512m";

  private final Path folder;
  private final String bootstrapServers;
  private final List<String> jobFlags;
  private final boolean smoke;

  /**
   * Prepares processes.
   *
   * @param folder for what they leave behind
   * @param jobFlags more flags for ours: those that begin with {@code -X} are its JVM's, the others
   *     program arguments; of two for one setting the later counts
   * @param smoke whether they only have to work, for a moment
   */
  public PipelineProcesses(
      Path folder, String bootstrapServers, List<String> jobFlags, boolean smoke) {
    this.folder = folder;
    this.bootstrapServers = bootstrapServers;
    this.jobFlags = jobFlags;
    this.smoke = smoke;
  }

  /**
   * A contender that was started.
   *
   * @param restPort where Flink answers
   */
  record Running(JavaProcess process, MeterLog meter, int restPort) implements AutoCloseable {
    /** The most memory that it has had so far, MB; 0 where the system does not tell. */
    long peakMegabytes() {
      return ResidentMemory.peakMegabytes(process.pid());
    }

    void requireAlive() {
      if (!process.isAlive()) {
        throw new IllegalStateException(
            "%s ended; its log %s ends with:%n%s"
                .formatted(process.name(), process.log(), process.logTail(30)));
      }
    }

    @Override
    public void close() {
      process.close();
    }
  }

  String bootstrapServers() {
    return bootstrapServers;
  }

  DynamoDbStub store() {
    return DynamoDbStub.start(folder, Ports.free(), STORE);
  }

  /** A catalog as a file. */
  public Path catalogFile(BenchCatalog catalog) {
    try {
      return Files.writeString(folder.resolve(catalog.label() + ".yaml"), catalog.text());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Running start(Contender contender, BenchCatalog catalog, String topic, URI store) {
    String name = contender.label() + "-" + catalog.label() + "-" + topic;
    Path meter = folder.resolve(name + ".meter");
    int restPort = Ports.free();
    try {
      Files.deleteIfExists(meter);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> jvm = new ArrayList<>(LocalStack.FLINK_OPENS);
    jvm.add("-Xmx" + HEAP);
    jvm.add("-Dbench.meter=" + meter);
    if (smoke) {
      jvm.addAll(QUICK_START);
    }
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--catalog",
                catalogFile(catalog).toString(),
                "--bootstrap-servers",
                bootstrapServers,
                "--topic",
                topic,
                "--dynamodb-endpoint",
                store.toString(),
                "--flush-interval",
                FLUSH_MILLIS + "ms"));
    if (contender.isOurs()) {
      arguments.addAll(List.of("--create-table", "--start", "earliest"));
      arguments.addAll(List.of("--kafka-property", "interceptor.classes=" + JOBS + "ReadMeter"));
    }
    if (contender.isFlink()) {
      arguments.addAll(flinkSettings(contender, name, restPort));
    }
    if (contender.isOurs()) {
      jobFlags.forEach(flag -> (flag.startsWith("-X") ? jvm : arguments).add(flag));
    }
    JavaProcess process =
        JavaProcess.start(
            new JavaProcess.Command(
                name,
                classPath(contender),
                mainClass(contender),
                arguments,
                jvm,
                LocalDynamoDb.CREDENTIALS),
            folder);
    return new Running(process, new MeterLog(meter), restPort);
  }

  private List<String> flinkSettings(Contender contender, String name, int restPort) {
    // The last three are our job's defaults, so that all have the same RocksDB.
    return List.of(
        "-Drest.port=" + restPort,
        "-Drest.bind-port=" + restPort,
        "-Drest.bind-address=127.0.0.1",
        "-Djobmanager.bind-host=127.0.0.1",
        "-Dweb.submit.enable=false",
        "-Dweb.cancel.enable=false",
        "-Dparallelism.default=" + Runtime.getRuntime().availableProcessors(),
        "-Dstate.backend.type=" + contender.stateBackend(),
        "-Dtaskmanager.memory.managed.size=" + ROCKSDB_MEMORY,
        "-Dexecution.checkpointing.interval="
            + (smoke ? SMOKE_CHECKPOINTS : CHECKPOINTS).toMillis()
            + "ms",
        "-Dexecution.checkpointing.dir=" + folder.resolve("checkpoints").resolve(name).toUri(),
        "-Dexecution.checkpointing.incremental=true",
        "-Dstate.backend.rocksdb.memory.partitioned-index-filters=true",
        "-Dstate.backend.rocksdb.use-bloom-filter=true");
  }

  private static List<String> classPath(Contender contender) {
    Path target = Installation.root().resolve("benchmarks/target");
    String jar = target.resolve("benchmarks.jar").toString();
    List<String> classPath = new ArrayList<>();
    if (contender.isOurs()) {
      classPath.addAll(Installation.streamingJob());
      // For the meter alone.
      classPath.add(jar);
    } else {
      classPath.addAll(List.of(jar, target.resolve("lib") + "/*", target.resolve("flink") + "/*"));
    }
    return classPath;
  }

  private static String mainClass(Contender contender) {
    return switch (contender.work()) {
      case LIMIT -> JOBS + "LimitJob";
      case OURS -> "io.countermachine.job.CounterJob";
      case TUTORIAL -> JOBS + "TutorialJob";
      case SQL -> JOBS + "SqlJob";
    };
  }

  /** What a service keeps in its near cache. */
  enum Copies {
    OFF,
    DEFAULT
  }

  /** A service that was started. */
  record Service(JavaProcess process, URI address) implements AutoCloseable {
    Service awaitReady() {
      ReadinessProbe.awaitReady(address, process);
      return this;
    }

    @Override
    public void close() {
      process.close();
    }
  }

  /** Starts a service. */
  Service service(BenchCatalog catalog, URI store, Copies copies) {
    int port = Ports.free();
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--server.address=127.0.0.1",
                "--server.port=" + port,
                "--counter-machine.catalog=" + catalogFile(catalog),
                "--counter-machine.dynamodb.endpoint=" + store,
                "--counter-machine.request.deadline=2s",
                "--counter-machine.dynamodb.connection-timeout=2s",
                "--counter-machine.dynamodb.call-timeout=2s",
                "--counter-machine.dynamodb.attempt-timeout=1s",
                "--counter-machine.admission.enabled=false",
                "--counter-machine.access.enabled=false"));
    if (copies == Copies.OFF) {
      arguments.add("--counter-machine.cache.max-age=0");
    }
    // It is asked little: compiling it well would take from the job more than it gives.
    List<String> jvm = List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
    return new Service(
        JavaProcess.start(
            new JavaProcess.Command(
                "feature-service-copies-" + copies.name().toLowerCase(Locale.ROOT),
                Installation.featureService(),
                "io.countermachine.service.FeatureService",
                arguments,
                jvm,
                LocalDynamoDb.CREDENTIALS),
            folder),
        URI.create("http://localhost:" + port));
  }
}
