package io.countermachine.service.store.hedging;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When a slow call of the store is asked once more; {@code counter-machine.hedging.*}.
 *
 * @param enabled whether at all
 * @param minDelay how long a call is waited for at least; else the 95th percentile of calls
 * @param maxShare the most hedges, as a share of all calls, 0 to 1
 */
@ConfigurationProperties("counter-machine.hedging")
public record HedgingProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("2ms") Duration minDelay,
    @DefaultValue("0.1") double maxShare) {
  /** Checks the bounds. */
  public HedgingProperties {
    if (!(maxShare >= 0 && maxShare <= 1)) {
      throw new IllegalArgumentException(
          "counter-machine.hedging.max-share is " + maxShare + "; expected 0 to 1");
    }
  }
}
