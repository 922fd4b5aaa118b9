package io.countermachine.bench.process;

import io.countermachine.local.process.Installation;
import io.countermachine.local.process.JavaProcess;
import io.countermachine.local.process.LocalDynamoDb;
import io.countermachine.local.process.Ports;
import io.countermachine.local.process.ReadinessProbe;
import io.countermachine.local.process.ServiceJava;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A running service of features in its own process. */
public record ServiceProcess(JavaProcess process, URI address) implements AutoCloseable {
  /** A smoke run is too short for optimizing compilation to pay off. */
  public static final List<String> QUICK_START =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto");

  /** Such a run needs no warm service either. */
  private static final String SHORT_WARM_UP = "--counter-machine.warm-up.max-time=500ms";

  /**
   * How to start a service.
   *
   * @param name the name of its log
   * @param folder the folder for its log
   * @param catalog the catalog's file
   * @param store the store's address
   * @param settings as {@code --name=value}
   * @param jvm flags of the JVM
   */
  public record Setup(
      String name, Path folder, Path catalog, URI store, List<String> settings, List<String> jvm) {}

  /** Starts the feature service, and waits until it is ready. */
  public static ServiceProcess featureService(Setup setup) {
    int port = Ports.free();
    List<String> arguments = arguments(setup, port);
    if (setup.jvm().containsAll(QUICK_START)) {
      arguments.add(SHORT_WARM_UP);
    }
    ServiceProcess service =
        start(
            JavaProcess.Command.featureService(setup.name(), arguments, setup.jvm()),
            setup.folder(),
            port);
    try {
      ReadinessProbe.awaitReady(service.address(), service.process());
    } catch (RuntimeException e) {
      service.close();
      throw e;
    }
    return service;
  }

  /**
   * Starts another service of this module on the feature service's Java, and waits until it
   * listens.
   */
  public static ServiceProcess other(Setup setup, Class<?> mainClass) {
    int port = Ports.free();
    ServiceProcess service =
        start(
            new JavaProcess.Command(
                    setup.name(),
                    ownClassPath(),
                    mainClass.getName(),
                    arguments(setup, port),
                    setup.jvm(),
                    LocalDynamoDb.CREDENTIALS)
                .with(ServiceJava.chosen()),
            setup.folder(),
            port);
    service.process.awaitReady(setup.name(), () -> Ports.listens(port));
    return service;
  }

  private static List<String> arguments(Setup setup, int port) {
    List<String> arguments = new ArrayList<>(setup.settings());
    arguments.add("--server.address=127.0.0.1");
    arguments.add("--server.port=" + port);
    arguments.add("--counter-machine.grpc.enabled=false");
    arguments.add("--counter-machine.catalog=" + setup.catalog());
    arguments.add("--counter-machine.dynamodb.endpoint=" + setup.store());
    return arguments;
  }

  private static ServiceProcess start(JavaProcess.Command command, Path folder, int port) {
    return new ServiceProcess(
        JavaProcess.start(command, folder), URI.create("http://localhost:" + port));
  }

  /** This module's classes and libraries, without Flink. */
  public static List<String> ownClassPath() {
    Path target = Installation.root().resolve("benchmarks/target");
    return List.of(target.resolve("benchmarks.jar").toString(), target.resolve("lib") + "/*");
  }

  @Override
  public void close() {
    process.close();
  }
}
