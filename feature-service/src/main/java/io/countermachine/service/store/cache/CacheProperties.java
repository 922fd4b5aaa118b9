package io.countermachine.service.store.cache;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The near cache; {@code counter-machine.cache.*}.
 *
 * @param maxAge how old a copy may be that a request uses; 0 turns the cache off
 * @param maxBytes about how much memory copies may take
 * @param refreshAt from which share of {@code maxAge} on a copy in use is read again in the
 *     background; 1 for never
 * @param staleIfError how old a copy may be that a request uses where the store failed; 0 for none
 */
@ConfigurationProperties("counter-machine.cache")
public record CacheProperties(
    @DefaultValue("1s") Duration maxAge,
    @DefaultValue("64MB") DataSize maxBytes,
    @DefaultValue("0.8") double refreshAt,
    @DefaultValue("5m") Duration staleIfError) {
  /** Checks the bounds. */
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
