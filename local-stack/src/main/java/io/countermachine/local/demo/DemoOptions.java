package io.countermachine.local.demo;

import io.countermachine.local.cli.Usage;
import io.countermachine.local.cli.UsageException;
import io.countermachine.local.process.BindAddress;
import io.countermachine.local.process.Ports;
import io.countermachine.local.traffic.TrafficGenerator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The demo's options.
 *
 * @param input a file of events to send in place of traffic
 * @param catalog another catalog than the bundled one
 * @param rate events of traffic per second
 * @param bind the address at which everything listens
 */
public record DemoOptions(
    Optional<Path> input,
    Optional<Path> catalog,
    int rate,
    BindAddress bind,
    int servicePort,
    int consolePort,
    int kafkaPort,
    int dynamoDbPort,
    int flinkPort) {

  static final String USAGE = Usage.of("demo");

  private static final int HIGHEST_PORT = 65_535;
  private static final int HIGHEST_RATE = 100_000;

  static DemoOptions parse(String... arguments) {
    Path input = null;
    Path catalog = null;
    int rate = TrafficGenerator.DEFAULT_RATE;
    BindAddress bind = BindAddress.LOOPBACK;
    int servicePort = 8080;
    int consolePort = 8090;
    int kafkaPort = 9092;
    int dynamoDbPort = 8000;
    int flinkPort = 8081;
    for (int i = 0; i < arguments.length; i += 2) {
      String option = arguments[i];
      if (!USAGE.contains("  " + option + " ")) {
        throw new UsageException("unknown option " + option);
      }
      if (i + 1 == arguments.length) {
        throw new UsageException(option + " needs a value");
      }
      String value = arguments[i + 1];
      switch (option) {
        case "--input" -> input = Path.of(value);
        case "--catalog" -> catalog = Path.of(value);
        case "--rate" -> rate = number(option, value, HIGHEST_RATE);
        case "--bind" -> bind = bindAddress(option, value);
        case "--port" -> servicePort = number(option, value, HIGHEST_PORT);
        case "--console-port" -> consolePort = number(option, value, HIGHEST_PORT);
        case "--kafka-port" -> kafkaPort = number(option, value, HIGHEST_PORT);
        case "--dynamodb-port" -> dynamoDbPort = number(option, value, HIGHEST_PORT);
        case "--flink-port" -> flinkPort = number(option, value, HIGHEST_PORT);
        default -> throw new UsageException("unknown option " + option);
      }
    }
    return new DemoOptions(
        Optional.ofNullable(input),
        Optional.ofNullable(catalog),
        rate,
        bind,
        servicePort,
        consolePort,
        kafkaPort,
        dynamoDbPort,
        flinkPort);
  }

  private static BindAddress bindAddress(String option, String value) {
    try {
      return BindAddress.parse(value);
    } catch (IllegalArgumentException e) {
      throw new UsageException(option + " " + e.getMessage());
    }
  }

  private static int number(String option, String value, int highest) {
    try {
      int number = Integer.parseInt(value);
      if (number >= 1 && number <= highest) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, as the number that is out of range is.
    }
    throw new UsageException(
        "%s %s: expected a whole number from 1 to %d".formatted(option, value, highest));
  }

  /** What stands in the way of a start with these options, or nothing. */
  Optional<String> obstacle() {
    if (input.isPresent() && !Files.isReadable(input.get())) {
      return Optional.of("--input " + input.get() + ": there is no such file that can be read");
    }
    int[] ports = {servicePort, consolePort, kafkaPort, dynamoDbPort, flinkPort};
    String[] options = {
      "--port", "--console-port", "--kafka-port", "--dynamodb-port", "--flink-port"
    };
    for (int i = 0; i < ports.length; i++) {
      for (int j = 0; j < i; j++) {
        if (ports[i] == ports[j]) {
          return Optional.of(
              "%s and %s are both %d; give them different ports"
                  .formatted(options[j], options[i], ports[i]));
        }
      }
      if (!Ports.isFree(ports[i])) {
        return Optional.of(
            "port %d is taken; free it, or choose another with %s PORT"
                .formatted(ports[i], options[i]));
      }
    }
    return Optional.empty();
  }
}
