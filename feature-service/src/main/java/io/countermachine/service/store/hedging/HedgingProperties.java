package io.countermachine.service.store.hedging;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When a slow call to the store is repeated; {@code counter-machine.hedging.*}.
 *
 * @param enabled whether calls are hedged
 * @param minDelay the shortest delay before a hedge; if the 95th percentile of calls is longer,
 *     that is the delay
 * @param maxShare the maximum number of hedges, as a share of all calls, 0 to 1
 */
@ConfigurationProperties("counter-machine.hedging")
public record HedgingProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("2ms") Duration minDelay,
    @DefaultValue("0.1") double maxShare) {
  /** Validates the settings. */
  public HedgingProperties {
    if (!(maxShare >= 0 && maxShare <= 1)) {
      throw new IllegalArgumentException(
          "counter-machine.hedging.max-share is " + maxShare + "; expected 0 to 1");
    }
  }
}
