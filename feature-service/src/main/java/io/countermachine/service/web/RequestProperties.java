package io.countermachine.service.web;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The time limit of a request; {@code counter-machine.request.*}.
 *
 * @param deadline how long a request waits for the store; keys that have not arrived by then count
 *     as failed
 */
@ConfigurationProperties("counter-machine.request")
public record RequestProperties(@DefaultValue("100ms") Duration deadline) {
  /** Validates the settings. */
  public RequestProperties {
    if (deadline.toMillis() < 1) {
      throw new IllegalArgumentException(
          "counter-machine.request.deadline is " + deadline + "; expected at least 1ms");
    }
  }
}
