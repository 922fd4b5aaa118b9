package io.countermachine.service.grpc;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The API over gRPC; {@code counter-machine.grpc.*}.
 *
 * @param enabled whether gRPC is served
 * @param port the port, on the address of {@code server.address}; 0 for any free port
 * @param threads how many calls are worked on concurrently; must exceed the number of places, or
 *     calls queue for threads instead
 * @param callsPerConnection the maximum number of concurrent calls of a connection
 * @param maxIdle how long a connection without calls is kept
 */
@ConfigurationProperties("counter-machine.grpc")
record GrpcProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("9090") int port,
    @DefaultValue("200") int threads,
    @DefaultValue("100") int callsPerConnection,
    @DefaultValue("5m") Duration maxIdle) {
  private static final int LARGEST_PORT = 65_535;

  /** Validates the settings. */
  GrpcProperties {
    if (port < 0 || port > LARGEST_PORT) {
      throw new IllegalArgumentException(
          "counter-machine.grpc.port is %d; expected 0 to %d".formatted(port, LARGEST_PORT));
    }
    requirePositive("threads", threads);
    requirePositive("calls-per-connection", callsPerConnection);
    if (maxIdle.isNegative() || maxIdle.isZero()) {
      throw new IllegalArgumentException(
          "counter-machine.grpc.max-idle is " + maxIdle + "; expected more than 0");
    }
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "counter-machine.grpc.%s is %d; expected 1 or more".formatted(name, value));
    }
  }
}
