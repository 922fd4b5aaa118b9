package io.countermachine.service.console;

import io.countermachine.service.store.CounterStore;
import java.time.Duration;
import java.util.List;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the console's calls are made of; each client is opened when it is first needed. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(name = "counter-machine.console.enabled", matchIfMissing = true)
class ConsoleParts {
  private static final Duration PROBE_LIMIT = Duration.ofSeconds(2);

  @Bean
  WebReader consoleWebReader() {
    return new WebReader();
  }

  @Bean
  BrokerProbe consoleBrokerProbe(ConsoleProperties properties) {
    return new BrokerProbe(properties);
  }

  @Bean
  EventTopic consoleEventTopic(ConsoleProperties properties) {
    return new EventTopic(properties);
  }

  @Bean
  JobMetrics consoleJobMetrics(ConsoleProperties properties, WebReader reader) {
    return new JobMetrics(properties, reader);
  }

  @Bean
  SourceProgress consoleSourceProgress(ConsoleProperties properties, JobMetrics metrics) {
    return new SourceProgress(properties, metrics);
  }

  @Bean
  Parts consoleStatus(
      ConsoleProperties properties,
      BrokerProbe broker,
      WebReader reader,
      JobMetrics metrics,
      @Qualifier("uncachedStore") CounterStore uncachedStore) {
    return new Parts(
        List.of(
            broker,
            new JobProbe(properties, reader, metrics),
            new StoreProbe(uncachedStore),
            new ServiceProbe()),
        PROBE_LIMIT,
        System::nanoTime);
  }
}
