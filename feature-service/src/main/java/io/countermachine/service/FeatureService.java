package io.countermachine.service;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.yaml.CatalogException;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.service.catalog.CurrentCatalog;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;

/**
 * The feature service: REST calls that return features, computed from the raw counters in the
 * table.
 */
@SpringBootApplication(proxyBeanMethods = false)
@ConfigurationPropertiesScan
public class FeatureService {
  private static final int INVALID_CATALOG = 1;

  /** Runs the service until it is stopped. Exits with 1 if the catalog is not valid. */
  public static void main(String[] arguments) {
    try {
      SpringApplication.run(FeatureService.class, arguments);
    } catch (RuntimeException e) {
      CatalogException invalid = causeOf(e);
      if (invalid == null) {
        throw e;
      }
      invalid.faults().forEach(System.err::println);
      System.exit(INVALID_CATALOG);
    }
  }

  private static CatalogException causeOf(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof CatalogException invalid) {
        return invalid;
      }
    }
    return null;
  }

  @Bean
  Catalog catalog(@Value("${counter-machine.catalog:}") String file) {
    return file.isBlank() ? CatalogLoader.loadBundled() : CatalogLoader.load(Path.of(file));
  }

  /**
   * The catalog bean fixes the structure for the process's lifetime. Only this object's formulas
   * and sets can change while the service runs.
   */
  @Bean(destroyMethod = "close")
  CurrentCatalog currentCatalog(
      Catalog catalog,
      @Value("${counter-machine.catalog:}") String file,
      @Value("${counter-machine.catalog-period:2s}") Duration period,
      MeterRegistry registry) {
    return new CurrentCatalog(
        catalog, file.isBlank() ? Optional.empty() : Optional.of(Path.of(file)), period, registry);
  }

  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }
}
