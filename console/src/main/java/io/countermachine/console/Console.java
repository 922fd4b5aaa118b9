package io.countermachine.console;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/**
 * The console: a web page for people, in a process of its own. It calls the feature service's REST
 * API, Kafka and Flink's REST API.
 */
@SpringBootApplication(proxyBeanMethods = false)
@ConfigurationPropertiesScan
public class Console {
  /** Runs the console until it is stopped. */
  public static void main(String[] arguments) {
    SpringApplication.run(Console.class, arguments);
  }
}
