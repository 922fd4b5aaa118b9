package io.countermachine.service.probes;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings for orchestrators; {@code counter-machine.probes.*}.
 *
 * @param port an additional port with its own threads that serves only health; 0 for none
 * @param preStopDelay how long the service still accepts requests after a stop was requested, while
 *     readiness is 503
 */
@ConfigurationProperties("counter-machine.probes")
record ProbesProperties(@DefaultValue("0") int port, @DefaultValue("0s") Duration preStopDelay) {
  private static final int MOST_PORT = 65_535;

  /** Validates the settings. */
  ProbesProperties {
    if (port < 0 || port > MOST_PORT) {
      throw new IllegalArgumentException(
          "counter-machine.probes.port is " + port + "; expected 1 to 65535, or 0 for none");
    }
    if (preStopDelay.isNegative()) {
      throw new IllegalArgumentException(
          "counter-machine.probes.pre-stop-delay is " + preStopDelay + "; expected 0 or more");
    }
  }
}
