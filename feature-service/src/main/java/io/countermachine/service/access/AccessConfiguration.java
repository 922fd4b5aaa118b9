package io.countermachine.service.access;

import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Configures the access gate. */
@Configuration(proxyBeanMethods = false)
class AccessConfiguration {
  private static final Logger LOG = LoggerFactory.getLogger(AccessConfiguration.class);

  @Bean
  AccessGate accessGate(AccessProperties properties, MeterRegistry registry) {
    Optional<AccessKeys> keys =
        properties.enabled()
            ? Optional.of(AccessKeys.of(properties.keys(), TimeMeter.SYSTEM_NANOTIME))
            : Optional.empty();
    if (properties.enabled()) {
      LOG.info("API keys are required; known callers: {}", properties.keys().size());
      properties.keys().stream()
          .filter(key -> key.scopes() == null)
          .forEach(
              key ->
                  LOG.warn(
                      "the key {} names no scopes, so it allows only reads (features, inspect)",
                      key.name()));
    } else if (!properties.keys().isEmpty()) {
      LOG.warn("API keys are set, but counter-machine.access.enabled is false: anyone may call");
    }
    return new AccessGate(keys, new CallMeter(registry));
  }

  @Bean
  AccessFilter accessFilter(AccessGate gate) {
    return new AccessFilter(gate);
  }
}
