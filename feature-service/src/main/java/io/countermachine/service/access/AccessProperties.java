package io.countermachine.service.access;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may call; {@code counter-machine.access.*}.
 *
 * @param enabled whether calls need a key
 * @param keys the valid keys
 */
@ConfigurationProperties("counter-machine.access")
record AccessProperties(@DefaultValue("false") boolean enabled, @DefaultValue List<Key> keys) {
  /**
   * A key as it is configured. All fields are text, so that every fault is reported at once.
   *
   * @param name the caller's name in metrics
   * @param sha256 the key's SHA-256, in hexadecimal digits
   * @param requestsPerSecond the rate limit; null for none
   * @param scopes what the key opens; null for {@link Scope#DEFAULT}
   */
  record Key(String name, String sha256, String requestsPerSecond, List<String> scopes) {}
}
