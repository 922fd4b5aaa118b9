package io.countermachine.service.connections;

import org.apache.coyote.AbstractProtocol;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.Http2;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.util.unit.DataSize;

/** Configures the connections of callers. */
@Configuration(proxyBeanMethods = false)
class ConnectionConfiguration {
  /** Replaces Spring's HTTP/2 with {@link OfferedHttp2}, if {@code server.http2.enabled}. */
  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> http2() {
    return factory -> {
      Http2 settings = factory.getHttp2();
      if (settings == null || !settings.isEnabled()) {
        return;
      }
      factory.setHttp2(null);
      factory.addConnectorCustomizers(
          connector -> {
            AbstractProtocol<?> http1 = (AbstractProtocol<?>) connector.getProtocolHandler();
            connector.addUpgradeProtocol(
                new OfferedHttp2(http1.getKeepAliveTimeout(), http1.getConnectionTimeout()));
          });
    };
  }

  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> connectionEnd() {
    return factory -> factory.addContextValves(new ConnectionEnd());
  }

  @Bean
  FilterRegistrationBean<UnreadBodyFilter> unreadBodyFilter(
      @Value("${server.tomcat.max-swallow-size:2MB}") DataSize most) {
    FilterRegistrationBean<UnreadBodyFilter> registration =
        new FilterRegistrationBean<>(new UnreadBodyFilter(most.toBytes()));
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
    return registration;
  }
}
