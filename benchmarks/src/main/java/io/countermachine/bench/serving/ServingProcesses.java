package io.countermachine.bench.serving;

import io.countermachine.bench.load.LoadGenerator;
import io.countermachine.bench.obvious.ObviousService;
import io.countermachine.bench.pipeline.PipelineProcesses;
import io.countermachine.bench.workload.Workload;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.Installation;
import io.countermachine.local.process.JavaProcess;
import io.countermachine.local.process.LocalDynamoDb;
import io.countermachine.local.process.Ports;
import io.countermachine.local.process.ReadinessProbe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The processes of the benchmark: services under test and load generators. */
final class ServingProcesses {
  private static final Duration START_LIMIT = Duration.ofMinutes(2);

  /** What every contender's JVM is given. */
  private static final List<String> JVM = List.of("-Xms1g", "-Xmx1g", "-Xmn512m");

  /**
   * Settings that leave the service's own behaviour under overload out of the search for its
   * highest load: a deadline that no sustained request meets, and no request turned away.
   */
  static final List<String> UNBOUNDED =
      List.of(
          "--counter-machine.request.deadline=5s",
          "--counter-machine.dynamodb.call-timeout=5s",
          "--counter-machine.dynamodb.attempt-timeout=4s",
          "--counter-machine.dynamodb.connection-timeout=5s",
          "--counter-machine.admission.enabled=false",
          "--counter-machine.access.enabled=false");

  private static final List<String> CACHE_OFF = List.of("--counter-machine.cache.max-age=0");
  private static final List<String> CACHE_LONG =
      List.of("--counter-machine.cache.max-age=1h", "--counter-machine.cache.max-bytes=268435456");

  private final Path folder;
  private final Path catalog;
  private final URI store;
  private final Consumer<String> progress;
  private final List<String> serviceFlags;
  private final List<String> jvm;
  private int loads;

  ServingProcesses(Path folder, URI store, ServingOptions options, Consumer<String> progress) {
    this.folder = folder;
    this.serviceFlags = options.serviceFlags();
    this.jvm = options.isSmoke() ? PipelineProcesses.QUICK_START : JVM;
    this.store = store;
    this.progress = progress;
    try {
      this.catalog =
          Files.writeString(folder.resolve(Workload.CATALOG_NAME), Workload.catalogText());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A service that is up. */
  record Service(JavaProcess process, URI address) implements AutoCloseable {
    @Override
    public void close() {
      process.close();
    }
  }

  static List<String> arguments(Contender contender) {
    List<String> arguments = new ArrayList<>(UNBOUNDED);
    arguments.addAll(contender.isCached() ? CACHE_LONG : CACHE_OFF);
    return arguments;
  }

  /** Starts the service that is measured and waits until it is ready. */
  Service ours(Contender contender) {
    Service service =
        start(
            "feature-service-" + contender.name().toLowerCase(Locale.ROOT),
            Installation.featureService(),
            "io.countermachine.service.FeatureService",
            with(arguments(contender), false),
            with(jvm, true));
    try {
      ReadinessProbe.awaitReady(service.address(), service.process());
    } catch (RuntimeException e) {
      service.close();
      throw e;
    }
    return service;
  }

  private List<String> with(List<String> usual, boolean jvm) {
    return Stream.concat(
            usual.stream(), serviceFlags.stream().filter(flag -> flag.startsWith("-X") == jvm))
        .toList();
  }

  /** Starts the obvious service and waits until it listens. */
  Service obvious() {
    Service service =
        start("obvious-service", ownClassPath(), ObviousService.class.getName(), List.of(), jvm);
    Await.until(
        "the start of the obvious service",
        START_LIMIT,
        () -> {
          requireAlive(service.process());
          return listens(service.address().getPort());
        });
    return service;
  }

  private Service start(
      String name,
      List<String> classPath,
      String mainClass,
      List<String> settings,
      List<String> jvm) {
    int port = Ports.free();
    List<String> arguments = new ArrayList<>(settings);
    arguments.add("--server.address=127.0.0.1");
    arguments.add("--server.port=" + port);
    arguments.add("--counter-machine.catalog=" + catalog);
    arguments.add("--counter-machine.dynamodb.endpoint=" + store);
    return new Service(
        JavaProcess.start(
            new JavaProcess.Command(
                name, classPath, mainClass, arguments, jvm, LocalDynamoDb.CREDENTIALS),
            folder),
        URI.create("http://localhost:" + port));
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  private static List<String> ownClassPath() {
    Path target = Installation.root().resolve("benchmarks/target");
    return List.of(target.resolve("benchmarks.jar").toString(), target.resolve("lib") + "/*");
  }

  /** Starts a load generator. */
  LoadSession load() {
    String name = "load-" + ++loads;
    Path session = folder.resolve(name);
    try {
      empty(session);
      Files.createDirectories(session);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new LoadSession(
        JavaProcess.start(
            new JavaProcess.Command(
                name,
                ownClassPath(),
                LoadGenerator.class.getName(),
                List.of(session.toString()),
                jvm,
                LocalDynamoDb.CREDENTIALS),
            folder),
        session,
        progress);
  }

  /** Plans and results of an earlier benchmark are none of this one's. */
  private static void empty(Path session) throws IOException {
    if (Files.exists(session)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(session)) {
        for (Path file : files) {
          Files.delete(file);
        }
      }
    }
  }

  private static void requireAlive(JavaProcess process) {
    if (!process.isAlive()) {
      throw new IllegalStateException(
          "%s ended; its log %s ends with:%n%s"
              .formatted(process.name(), process.log(), process.logTail(20)));
    }
  }
}
