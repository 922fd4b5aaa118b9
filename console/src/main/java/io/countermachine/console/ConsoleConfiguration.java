package io.countermachine.console;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Configures the console's clients. Kafka's clients connect when they are first needed. */
@Configuration(proxyBeanMethods = false)
class ConsoleConfiguration {
  private static final Duration PROBE_LIMIT = Duration.ofSeconds(2);

  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean
  WebReader webReader() {
    return new WebReader();
  }

  @Bean
  ServiceClient serviceClient(ConsoleProperties properties) {
    return new ServiceClient(properties);
  }

  @Bean
  BrokerProbe brokerProbe(ConsoleProperties properties) {
    return new BrokerProbe(properties);
  }

  @Bean
  EventTopic eventTopic(ConsoleProperties properties) {
    return new EventTopic(properties);
  }

  @Bean
  JobMetrics jobMetrics(ConsoleProperties properties, WebReader reader) {
    return new JobMetrics(properties, reader);
  }

  @Bean
  SourceProgress sourceProgress(ConsoleProperties properties, JobMetrics metrics) {
    return new SourceProgress(properties, metrics);
  }

  @Bean
  SessionLogs sessionLogs(ConsoleProperties properties, ServiceClient service) {
    return new SessionLogs(properties, new SessionTopics(service, System::nanoTime));
  }

  @Bean
  Components components(
      ConsoleProperties properties,
      BrokerProbe broker,
      WebReader reader,
      JobMetrics metrics,
      ServiceClient service) {
    List<Probe> probes =
        List.of(
            broker,
            new JobProbe(properties, reader, metrics),
            new StoreProbe(service),
            new ServiceProbe(service));
    return new Components(probes, PROBE_LIMIT, System::nanoTime);
  }

  /**
   * Keys may contain slashes and backslashes. They arrive encoded, and are passed to the service
   * encoded.
   */
  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> tomcat(ConsoleProperties properties) {
    return factory -> {
      factory.addEngineValves(new SiteGuard(properties));
      factory.addConnectorCustomizers(
          connector -> {
            connector.setEncodedSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
            connector.setEncodedReverseSolidusHandling(
                EncodedSolidusHandling.PASS_THROUGH.getValue());
          });
    };
  }
}
