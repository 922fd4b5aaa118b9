package io.countermachine.service.store.cache;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The near cache; {@code counter-machine.cache.*}.
 *
 * @param maxAge the maximum age of a copy that a request uses; 0 turns the cache off
 * @param maxBytes the approximate memory that all copies may take
 * @param refreshAt a copy in use is read again in the background from this share of {@code maxAge};
 *     1 for never
 * @param staleIfError the maximum age of a copy that a request uses if the store failed; 0 for none
 */
@ConfigurationProperties("counter-machine.cache")
public record CacheProperties(
    @DefaultValue("1s") Duration maxAge,
    @DefaultValue("64MB") DataSize maxBytes,
    @DefaultValue("0.8") double refreshAt,
    @DefaultValue("5m") Duration staleIfError) {
  /** Validates the settings. */
  public CacheProperties {
    if (maxAge.isNegative()) {
      throw new IllegalArgumentException(
          "counter-machine.cache.max-age is " + maxAge + "; expected 0 or more");
    }
    if (maxBytes.toBytes() < 0) {
      throw new IllegalArgumentException(
          "counter-machine.cache.max-bytes is " + maxBytes + "; expected 0 or more");
    }
    if (!(refreshAt > 0 && refreshAt <= 1)) {
      throw new IllegalArgumentException(
          "counter-machine.cache.refresh-at is "
              + refreshAt
              + "; expected a share of max-age, more than 0 and up to 1");
    }
    if (staleIfError.isNegative()) {
      throw new IllegalArgumentException(
          "counter-machine.cache.stale-if-error is " + staleIfError + "; expected 0 or more");
    }
  }
}
