package io.countermachine.service.rules;

import io.countermachine.catalog.Catalog;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Configures the rules of the catalog's topic. */
@Configuration(proxyBeanMethods = false)
class RulesConfiguration {
  @Bean(destroyMethod = "close")
  TopicRules topicRules(Catalog catalog, RulesProperties properties, MeterRegistry registry) {
    return new TopicRules(catalog, properties, registry);
  }

  @Bean
  KeyRules keyRules(TopicRules rules) {
    return rules.keys();
  }
}
