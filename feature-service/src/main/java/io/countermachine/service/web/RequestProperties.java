package io.countermachine.service.web;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The time limit of a request; {@code counter-machine.request.*}.
 *
 * @param deadline the intended time from a request's last byte to its response; only its waits are
 *     cut off
 * @param reserve how much of that is left for decay, encoding and sending when the wait for the
 *     store ends; at most a fifth of a request's time limit
 */
@ConfigurationProperties("counter-machine.request")
public record RequestProperties(
    @DefaultValue("100ms") Duration deadline, @DefaultValue("10ms") Duration reserve) {
  private static final int LEAST_WAITS = 5;

  /** Validates the settings. */
  public RequestProperties {
    if (deadline.toMillis() < 1) {
      throw new IllegalArgumentException(
          "counter-machine.request.deadline is " + deadline + "; expected at least 1ms");
    }
    if (reserve.isNegative()) {
      throw new IllegalArgumentException(
          "counter-machine.request.reserve is " + reserve + "; expected 0 or more");
    }
  }

  /** How long a request with a time limit may wait for the store; keys count as failed then. */
  public Duration longestWait(Duration limit) {
    Duration most = limit.dividedBy(LEAST_WAITS);
    return limit.minus(reserve.compareTo(most) < 0 ? reserve : most);
  }
}
