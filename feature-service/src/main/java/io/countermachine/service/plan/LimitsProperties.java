package io.countermachine.service.plan;

import io.countermachine.item.ItemKey;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The limits of one request; {@code counter-machine.limits.*}.
 *
 * @param bodyBytes bytes of the body
 * @param candidates candidates; the API never accepts more than 1000
 * @param features features
 * @param keyBytes bytes of a key in UTF-8; the store accepts at most {@link ItemKey#MAX_KEY_BYTES}
 * @param values values in the response: candidates times features
 * @param keys distinct keys that the request reads
 */
@ConfigurationProperties("counter-machine.limits")
public record LimitsProperties(
    @DefaultValue("2097152") int bodyBytes,
    @DefaultValue("1000") int candidates,
    @DefaultValue("1000") int features,
    @DefaultValue("2048") int keyBytes,
    @DefaultValue("100000") int values,
    @DefaultValue("10000") int keys) {
  private static final int MOST_CANDIDATES = 1_000;

  /** Validates the settings. The API and the store set some of the bounds. */
  public LimitsProperties {
    require("body-bytes", bodyBytes, Integer.MAX_VALUE - 1);
    require("candidates", candidates, MOST_CANDIDATES);
    require("features", features, Integer.MAX_VALUE - 1);
    require("key-bytes", keyBytes, ItemKey.MAX_KEY_BYTES);
    require("values", values, Integer.MAX_VALUE - 1);
    require("keys", keys, Integer.MAX_VALUE - 1);
  }

  private static void require(String name, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(
          "counter-machine.limits.%s is %d; expected 1 to %d".formatted(name, value, most));
    }
  }
}
