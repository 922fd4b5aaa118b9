package io.countermachine.service;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The API's own description. */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {
  @Bean
  OpenAPI openApi() {
    return new OpenAPI()
        .info(
            new Info()
                .title("Counter Machine features")
                .version("1")
                .description(
                    "Exponentially decaying engagement counters and their ratios, as of the instant of the request.")
                .license(new License().name("Apache-2.0")));
  }
}
