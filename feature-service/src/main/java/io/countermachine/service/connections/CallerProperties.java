package io.countermachine.service.connections;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How much a slow caller may hold, and for how long; {@code counter-machine.callers.*}.
 *
 * @param bodyTimeout how long a body may take to arrive; then 408
 * @param answerTimeout how long a caller may take to read a response; then its connection is closed
 * @param bodiesBytes the memory that all bodies together may take; further bodies get 429
 */
@ConfigurationProperties("counter-machine.callers")
public record CallerProperties(
    @DefaultValue("10s") Duration bodyTimeout,
    @DefaultValue("10s") Duration answerTimeout,
    @DefaultValue("64MB") DataSize bodiesBytes) {
  /** Validates the settings. */
  public CallerProperties {
    requirePositive("body-timeout", bodyTimeout);
    requirePositive("answer-timeout", answerTimeout);
    if (bodiesBytes.toBytes() < 1) {
      throw new IllegalArgumentException(
          "counter-machine.callers.bodies-bytes is " + bodiesBytes + "; expected more than 0");
    }
  }

  private static void requirePositive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(
          "counter-machine.callers.%s is %s; expected more than 0".formatted(name, value));
    }
  }
}
