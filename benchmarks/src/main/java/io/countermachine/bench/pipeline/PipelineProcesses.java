package io.countermachine.bench.pipeline;

import io.countermachine.bench.jobs.FillJob;
import io.countermachine.bench.jobs.LimitJob;
import io.countermachine.bench.jobs.ReadMeter;
import io.countermachine.bench.jobs.SqlJob;
import io.countermachine.bench.jobs.TutorialJob;
import io.countermachine.bench.pipeline.Throughput.Filled;
import io.countermachine.bench.process.ServiceProcess;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.Installation;
import io.countermachine.local.process.JavaProcess;
import io.countermachine.local.process.LocalDynamoDb;
import io.countermachine.local.process.Ports;
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
import java.util.Map;
import java.util.stream.Stream;

/**
 * The processes of the benchmark: contenders, their stores, and the service.
 *
 * @param folder the folder for their files
 * @param jobFlags additional flags for the streaming job: those that begin with {@code -X} are for
 *     its JVM, the others are program arguments; if a setting occurs twice, the last one counts
 * @param smoke whether they only have to work briefly
 */
public record PipelineProcesses(
    Path folder, String bootstrapServers, List<String> jobFlags, boolean smoke) {
  private static final Duration FILL_LIMIT = Duration.ofMinutes(20);

  /** The store has no latency, so that it does not limit the contenders. */
  private static final DynamoDbStub.Options STORE =
      new DynamoDbStub.Options(Duration.ZERO, false, 1, "8g");

  /** Flink's managed memory, which RocksDB uses. */
  private static final String ROCKSDB_MEMORY = "-Dtaskmanager.memory.managed.size=512m";

  /**
   * A running contender.
   *
   * @param restPort the port of Flink's REST API
   */
  record Running(JavaProcess process, MeterLog meter, int restPort) implements AutoCloseable {
    /** The peak resident memory so far, in MB; 0 if the system does not report it. */
    long peakMegabytes() {
      return ResidentMemory.peakMegabytes(process.pid());
    }

    /** Waits until it reads records. */
    void awaitReading() {
      process.awaitReady(process.name(), () -> meter.records() > 0);
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

  DynamoDbStub store() {
    return DynamoDbStub.start(folder, Ports.free(), STORE);
  }

  private Path catalogFile(BenchCatalog catalog) {
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
    List<String> jvm = new ArrayList<>(List.of("-Xmx4g", "-Dbench.meter=" + meter));
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--catalog", catalogFile(catalog).toString()));
    arguments.addAll(List.of("--bootstrap-servers", bootstrapServers, "--topic", topic));
    arguments.addAll(List.of("--dynamodb-endpoint", store.toString(), "--flush-interval", "1s"));
    if (contender.isFlink()) {
      arguments.addAll(flinkSettings(contender, name, restPort));
    }
    if (contender.isOurs()) {
      arguments.addAll(List.of("--create-table", "--start", "earliest"));
      arguments.add("--kafka-property");
      arguments.add("interceptor.classes=" + ReadMeter.class.getName());
      jobFlags.forEach(flag -> (flag.startsWith("-X") ? jvm : arguments).add(flag));
    }
    String mainClass =
        switch (contender.work()) {
          case LIMIT -> LimitJob.class.getName();
          case OURS -> "io.countermachine.job.CounterJob";
          case TUTORIAL -> TutorialJob.class.getName();
          case SQL -> SqlJob.class.getName();
        };
    List<String> classPath = jobClassPath();
    if (contender.work() == Contender.Work.SQL) {
      classPath.add(Installation.root().resolve("benchmarks/target/flink") + "/*");
    }
    JavaProcess process =
        start(name, classPath, mainClass, arguments, jvm, LocalDynamoDb.CREDENTIALS);
    return new Running(process, new MeterLog(meter), restPort);
  }

  private JavaProcess start(
      String name,
      List<String> classPath,
      String mainClass,
      List<String> arguments,
      List<String> jvmFlags,
      Map<String, String> environment) {
    List<String> jvm = new ArrayList<>(LocalStack.FLINK_OPENS);
    jvm.addAll(smoke ? ServiceProcess.QUICK_START : List.of());
    jvm.addAll(jvmFlags);
    return JavaProcess.start(
        new JavaProcess.Command(name, classPath, mainClass, arguments, jvm, environment), folder);
  }

  private List<String> flinkSettings(Contender contender, String name, int restPort) {
    // The last three are the job's defaults, so that all contenders use RocksDB in the same way.
    return List.of(
        "-Drest.port=" + restPort,
        "-Drest.bind-port=" + restPort,
        "-Drest.bind-address=127.0.0.1",
        "-Djobmanager.bind-host=127.0.0.1",
        "-Dweb.submit.enable=false",
        "-Dweb.cancel.enable=false",
        parallelism(),
        "-Dstate.backend.type=" + contender.stateBackend(),
        ROCKSDB_MEMORY,
        "-Dexecution.checkpointing.interval=" + (smoke ? "1s" : "10s"),
        "-Dexecution.checkpointing.dir=" + folder.resolve("checkpoints").resolve(name).toUri(),
        "-Dexecution.checkpointing.incremental=true",
        "-Dstate.backend.rocksdb.memory.partitioned-index-filters=true",
        "-Dstate.backend.rocksdb.use-bloom-filter=true");
  }

  private static String parallelism() {
    return "-Dparallelism.default=" + Runtime.getRuntime().availableProcessors();
  }

  /** The built job with this module's classes, so that only the code differs between contenders. */
  private static List<String> jobClassPath() {
    List<String> classPath = new ArrayList<>(Installation.streamingJob());
    classPath.add(ServiceProcess.ownClassPath().get(0));
    return classPath;
  }

  /**
   * Creates a savepoint with many keys, in its own process and without a store, and returns its
   * folder. Flink's settings among the job's flags apply here, too.
   */
  public Path fill(BenchCatalog catalog, Filled filled) {
    Path savepoints = folder.resolve("savepoints").resolve(Integer.toString(filled.users()));
    List<String> arguments =
        new ArrayList<>(
            List.of(
                catalogFile(catalog).toString(),
                Integer.toString(filled.users()),
                Long.toString(filled.atMillis() / 1_000),
                savepoints.toUri().toString(),
                parallelism(),
                "-Dstate.backend.type=rocksdb",
                ROCKSDB_MEMORY,
                "-Dexecution.checkpointing.dir=" + folder.resolve("checkpoints/fill").toUri(),
                // No checkpoints, so that the savepoint is the only one.
                "-Dexecution.checkpointing.interval=1d"));
    jobFlags.stream().filter(flag -> flag.startsWith("-D")).forEach(arguments::add);
    try (JavaProcess process =
        start(
            "fill",
            jobClassPath(),
            FillJob.class.getName(),
            arguments,
            List.of("-Xmx2g"),
            Map.of())) {
      Await.until("the savepoint", FILL_LIMIT, () -> !process.isAlive());
      return savepointIn(savepoints, process);
    }
  }

  private static Path savepointIn(Path savepoints, JavaProcess process) {
    if (Files.isDirectory(savepoints)) {
      try (Stream<Path> folders = Files.list(savepoints)) {
        List<Path> complete =
            folders.filter(savepoint -> Files.exists(savepoint.resolve("_metadata"))).toList();
        if (complete.size() == 1) {
          return complete.get(0);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    throw new IllegalStateException(
        "there is no savepoint; the log %s ends with:%n%s"
            .formatted(process.log(), process.logTail(30)));
  }

  /** The settings of a service's near cache. */
  enum Copies {
    OFF,
    DEFAULT
  }

  /** Starts a service, and waits until it is ready. */
  ServiceProcess service(BenchCatalog catalog, URI store, Copies copies) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "--counter-machine.request.deadline=2s",
                "--counter-machine.dynamodb.connection-timeout=2s",
                "--counter-machine.dynamodb.call-timeout=2s",
                "--counter-machine.dynamodb.attempt-timeout=1s",
                "--counter-machine.admission.enabled=false",
                "--counter-machine.access.enabled=false"));
    if (copies == Copies.OFF) {
      settings.add("--counter-machine.cache.max-age=0");
    }
    return ServiceProcess.featureService(
        new ServiceProcess.Setup(
            "feature-service-copies-" + copies.name().toLowerCase(Locale.ROOT),
            folder,
            catalogFile(catalog),
            store,
            settings,
            // It gets few requests. To compile it well would cost the job more CPU than it saves.
            List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")));
  }
}
