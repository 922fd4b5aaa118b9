package io.countermachine.service.store;

import io.countermachine.catalog.Catalog;
import io.countermachine.item.CounterTable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClientBuilder;

/** The store and its health. */
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {
  /** The SDK's own defaults wait long and often; each is set. */
  @Bean(destroyMethod = "close")
  DynamoDbAsyncClient dynamoDbClient(StoreProperties properties) {
    DynamoDbAsyncClientBuilder builder =
        DynamoDbAsyncClient.builder()
            .region(Region.of(properties.region()))
            .httpClientBuilder(
                NettyNioAsyncHttpClient.builder()
                    .maxConcurrency(properties.maxConnections())
                    .connectionAcquisitionTimeout(properties.connectionTimeout())
                    .connectionTimeout(properties.connectionTimeout()))
            .overrideConfiguration(
                overrides ->
                    overrides
                        .apiCallTimeout(properties.callTimeout())
                        .apiCallAttemptTimeout(properties.attemptTimeout())
                        .retryStrategy(retries -> retries.maxAttempts(properties.maxAttempts())));
    if (properties.endpointOverride() != null) {
      builder.endpointOverride(properties.endpointOverride());
    }
    return builder.build();
  }

  @Bean
  CounterStore counterStore(
      DynamoDbAsyncClient client,
      @Value("${counter-machine.table:" + CounterTable.DEFAULT_NAME + "}") String table,
      Catalog catalog,
      StoreProperties properties) {
    return new DynamoDbCounterStore(client, table, catalog, properties.requestBudget());
  }

  /**
   * Readiness asks for the store; the first question also opens the first connection, which is
   * slow.
   */
  @Bean
  HealthIndicator counterStoreHealthIndicator(CounterStore store) {
    return () -> {
      try {
        store.check();
        return Health.up().build();
      } catch (RuntimeException e) {
        return Health.down(e).build();
      }
    };
  }
}
