package io.countermachine.service.access;

import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

/**
 * Puts the gate, and the header that every answer has, before everything. It is found twice: by the
 * scan for the service's own port, and by the actuator for its port, where {@code
 * management.server.port} gives it another, which the service's filters would not see.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
class AccessRegistration {
  @Bean
  FilterRegistrationBean<AccessFilter> accessFilterRegistration(AccessFilter filter) {
    FilterRegistrationBean<AccessFilter> registration = new FilterRegistrationBean<>(filter);
    // Just after the one that gives refusals, too, their Server-Timing.
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
    return registration;
  }

  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> noSniff() {
    return factory -> factory.addEngineValves(new NoSniffValve());
  }
}
