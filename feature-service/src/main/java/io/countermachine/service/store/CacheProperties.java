package io.countermachine.service.store;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The near cache; {@code counter-machine.cache.*}.
 *
 * @param maxAge how old a copy may be that a request uses; 0 turns the cache off
 * @param maxBytes about how much memory copies may take
 */
@ConfigurationProperties("counter-machine.cache")
public record CacheProperties(
    @DefaultValue("1s") Duration maxAge, @DefaultValue("64MB") DataSize maxBytes) {
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
  }
}
