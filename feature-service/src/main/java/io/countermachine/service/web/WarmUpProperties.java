package io.countermachine.service.web;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The time before the service is ready; {@code counter-machine.warm-up.*}.
 *
 * @param maxTime how long the service sends requests to itself at most; 0 for none
 */
@ConfigurationProperties("counter-machine.warm-up")
record WarmUpProperties(@DefaultValue("10s") Duration maxTime) {
  /** Validates the settings. */
  WarmUpProperties {
    if (maxTime.isNegative()) {
      throw new IllegalArgumentException(
          "counter-machine.warm-up.max-time is " + maxTime + "; expected 0 or more");
    }
  }
}
