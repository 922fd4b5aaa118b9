package io.countermachine.service.access;

import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

/**
 * Puts the gate, and the header that every response has, in front of everything. Two contexts load
 * this class: the service's own, by the component scan, and the actuator's if {@code
 * management.server.port} gives it its own port, because the service's filters do not apply there.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
class AccessRegistration {
  @Bean
  FilterRegistrationBean<AccessFilter> accessFilterRegistration(AccessFilter filter) {
    FilterRegistrationBean<AccessFilter> registration = new FilterRegistrationBean<>(filter);
    // Right after the Server-Timing filter, so that refusals carry that header, too.
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
    return registration;
  }

  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> noSniff() {
    return factory -> factory.addEngineValves(new NoSniffValve());
  }
}
