package io.countermachine.service.console;

import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Guards the console's files and calls. */
@Configuration(proxyBeanMethods = false)
class ConsoleConfiguration implements WebMvcConfigurer {
  private final ConsoleProperties properties;

  ConsoleConfiguration(ConsoleProperties properties) {
    this.properties = properties;
  }

  @Override
  public void addInterceptors(InterceptorRegistry registry) {
    registry.addInterceptor(new PageGuard(properties.enabled()));
    registry
        .addInterceptor(new ConsoleGate(properties.maxCalls()))
        .addPathPatterns("/console/api/**");
  }
}
