package io.countermachine.local.demo;

import io.countermachine.local.process.BindAddress;
import io.countermachine.local.process.Ports;
import io.countermachine.local.traffic.TrafficGenerator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of the demo. */
final class DemoOptions {
  private static final int HIGHEST_PORT = 65_535;
  private static final int HIGHEST_RATE = 100_000;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "send the events of this JSON-lines file instead of simulated traffic")
  private Path input;

  @Option(
      names = "--catalog",
      paramLabel = "FILE",
      description = "use this catalog, default: the bundled one")
  private Path catalog;

  @Option(
      names = "--rules",
      paramLabel = "FILE",
      description =
          "write the rules of this JSON-lines file to the rules topic before the job starts")
  private Path rules;

  @Option(
      names = "--rate",
      paramLabel = "EVENTS_PER_S",
      description = "simulated events per second, default ${DEFAULT-VALUE}")
  private int rate = TrafficGenerator.DEFAULT_RATE;

  private BindAddress bind = BindAddress.LOOPBACK;

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      description =
          "listen at this address, default 127.0.0.1: only this machine can connect. There is no"
              + " authentication, so at any other address everything is open to whoever reaches it."
              + " 0.0.0.0 means all addresses; Kafka then advertises the address from which this"
              + " machine reaches others, or localhost")
  void bind(String address) {
    try {
      bind = BindAddress.parse(address);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--bind " + e.getMessage(), e);
    }
  }

  @Option(
      names = "--port",
      paramLabel = "P",
      description = "feature service, default ${DEFAULT-VALUE}")
  private int servicePort = 8080;

  @Option(
      names = "--grpc-port",
      paramLabel = "P",
      description = "feature service over gRPC, default ${DEFAULT-VALUE}")
  private int grpcPort = 9090;

  @Option(
      names = "--console-port",
      paramLabel = "P",
      description = "web console, default ${DEFAULT-VALUE}")
  private int consolePort = 8090;

  @Option(
      names = "--kafka-port",
      paramLabel = "P",
      description = "Kafka broker, default ${DEFAULT-VALUE}")
  private int kafkaPort = 9092;

  @Option(
      names = "--dynamodb-port",
      paramLabel = "P",
      description = "DynamoDB Local, default ${DEFAULT-VALUE}")
  private int dynamoDbPort = 8000;

  @Option(
      names = "--flink-port",
      paramLabel = "P",
      description = "Flink's web UI, default ${DEFAULT-VALUE}")
  private int flinkPort = 8081;

  private Map<String, Integer> ports() {
    Map<String, Integer> ports = new LinkedHashMap<>();
    ports.put("--port", servicePort);
    ports.put("--grpc-port", grpcPort);
    ports.put("--console-port", consolePort);
    ports.put("--kafka-port", kafkaPort);
    ports.put("--dynamodb-port", dynamoDbPort);
    ports.put("--flink-port", flinkPort);
    return ports;
  }

  /** Refuses numbers that are out of range. */
  void check() {
    requireBetween("--rate", rate, HIGHEST_RATE);
    ports().forEach((option, port) -> requireBetween(option, port, HIGHEST_PORT));
  }

  private void requireBetween(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw new ParameterException(
          command.commandLine(),
          "%s %d: expected a whole number from 1 to %d".formatted(option, value, most));
    }
  }

  /** What prevents a start with these options; empty if nothing does. */
  Optional<String> obstacle() {
    if (input != null && !Files.isReadable(input)) {
      return Optional.of("--input " + input + ": there is no such file, or it is not readable");
    }
    if (rules != null && !Files.isReadable(rules)) {
      return Optional.of("--rules " + rules + ": there is no such file, or it is not readable");
    }
    Map<Integer, String> used = new LinkedHashMap<>();
    for (Map.Entry<String, Integer> each : ports().entrySet()) {
      int port = each.getValue();
      String other = used.put(port, each.getKey());
      if (other != null) {
        return Optional.of(
            "%s and %s are both %d; give them different ports"
                .formatted(other, each.getKey(), port));
      }
      if (!Ports.isFree(port)) {
        return Optional.of(
            "port %d is taken; free it, or choose another with %s PORT"
                .formatted(port, each.getKey()));
      }
    }
    return Optional.empty();
  }

  /** A file of events to send instead of generated traffic. */
  Optional<Path> input() {
    return Optional.ofNullable(input);
  }

  /** A catalog other than the bundled one. */
  Optional<Path> catalog() {
    return Optional.ofNullable(catalog);
  }

  /** A file of rules. */
  Optional<Path> rules() {
    return Optional.ofNullable(rules);
  }

  int rate() {
    return rate;
  }

  BindAddress bind() {
    return bind;
  }

  int servicePort() {
    return servicePort;
  }

  int grpcPort() {
    return grpcPort;
  }

  int consolePort() {
    return consolePort;
  }

  int kafkaPort() {
    return kafkaPort;
  }

  int dynamoDbPort() {
    return dynamoDbPort;
  }

  int flinkPort() {
    return flinkPort;
  }
}
