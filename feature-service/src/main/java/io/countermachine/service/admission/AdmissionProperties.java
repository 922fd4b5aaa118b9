package io.countermachine.service.admission;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How many requests the service works on concurrently; {@code counter-machine.admission.*}.
 *
 * @param enabled whether requests can be rejected
 * @param initialLimit the limit at the start, in places; see {@link RequestCost}
 * @param minLimit the limit never falls below this
 * @param maxLimit the limit never rises above this; it must be below the number of Tomcat's
 *     threads, or requests queue for threads instead
 * @param slow a small request that takes longer lowers the limit; see {@link LatencyTarget} for
 *     large ones
 * @param window the shortest time between two changes of the limit
 * @param maxWait the longest time that a request waits for a place; 0 rejects it at once
 */
@ConfigurationProperties("counter-machine.admission")
public record AdmissionProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("40") int initialLimit,
    @DefaultValue("10") int minLimit,
    @DefaultValue("150") int maxLimit,
    @DefaultValue("50ms") Duration slow,
    @DefaultValue("200ms") Duration window,
    @DefaultValue("100ms") Duration maxWait) {
  /** Validates the settings. */
  public AdmissionProperties {
    if (minLimit < 1 || initialLimit < minLimit || maxLimit < initialLimit) {
      throw new IllegalArgumentException(
          "counter-machine.admission: expected 1 <= min-limit (%d) <= initial-limit (%d) <= max-limit (%d)"
              .formatted(minLimit, initialLimit, maxLimit));
    }
    if (slow.isNegative() || slow.isZero()) {
      throw new IllegalArgumentException(
          "counter-machine.admission.slow is " + slow + "; expected more than 0");
    }
    if (window.isNegative() || window.isZero()) {
      throw new IllegalArgumentException(
          "counter-machine.admission.window is " + window + "; expected more than 0");
    }
    if (maxWait.isNegative()) {
      throw new IllegalArgumentException(
          "counter-machine.admission.max-wait is " + maxWait + "; expected 0 or more");
    }
  }
}
