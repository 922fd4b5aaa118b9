package io.countermachine.service.store.configuration;

import io.countermachine.catalog.Catalog;
import io.countermachine.item.CounterTable;
import io.countermachine.item.EncodedBodyInterceptor;
import io.countermachine.service.store.CounterStore;
import io.countermachine.service.store.MeteredCounterStore;
import io.countermachine.service.store.cache.CacheProperties;
import io.countermachine.service.store.cache.NearCache;
import io.countermachine.service.store.dynamodb.BackgroundCredentials;
import io.countermachine.service.store.dynamodb.CountedMeasuresReader;
import io.countermachine.service.store.dynamodb.DynamoDbCounterStore;
import io.countermachine.service.store.dynamodb.MadeUpBatchReader;
import io.countermachine.service.store.dynamodb.ResponseBodyInterceptor;
import io.countermachine.service.store.dynamodb.StoreMeters;
import io.countermachine.service.store.dynamodb.StoreProperties;
import io.countermachine.service.store.hedging.HedgingProperties;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClientBuilder;

/** Configures the store and its health. */
@Configuration(proxyBeanMethods = false)
public class StoreConfiguration {
  /**
   * The AWS provider chain caches credentials and renews them minutes before they expire, so a
   * short period is cheap.
   */
  private static final Duration CREDENTIALS_PERIOD = Duration.ofSeconds(10);

  /** The longest pause before the second attempt of a call; pauses are random, and grow. */
  private static final Duration FIRST_RETRY = Duration.ofMillis(25);

  private static final Duration LONGEST_RETRY_PAUSE = Duration.ofMillis(200);

  @Bean(destroyMethod = "close")
  BackgroundCredentials credentials() {
    return new BackgroundCredentials(
        DefaultCredentialsProvider.builder().build(), CREDENTIALS_PERIOD);
  }

  /**
   * Runs the calls and parses the responses. This work never waits, so there is one thread per
   * core. On the network's own threads, parsing one response would delay all others that arrive.
   */
  @Bean(destroyMethod = "shutdownNow", defaultCandidate = false)
  public ExecutorService storeCalls() {
    return Executors.newFixedThreadPool(
        Runtime.getRuntime().availableProcessors(), new CustomizableThreadFactory("store-calls-"));
  }

  /** Sets every time limit and retry, because the SDK's defaults wait long and retry often. */
  @Bean(destroyMethod = "close")
  public DynamoDbAsyncClient dynamoDbClient(
      StoreProperties properties,
      BackgroundCredentials credentials,
      @Qualifier("storeCalls") ExecutorService storeCalls) {
    DynamoDbAsyncClientBuilder builder =
        DynamoDbAsyncClient.builder()
            .credentialsProvider(credentials)
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
                        .addExecutionInterceptor(new EncodedBodyInterceptor())
                        .addExecutionInterceptor(new ResponseBodyInterceptor())
                        .retryStrategy(retries -> retry(retries, properties.maxAttempts())));
    builder.asyncConfiguration(
        async ->
            async.advancedOption(
                SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, storeCalls));
    if (properties.endpointOverride() != null) {
      builder.endpointOverride(properties.endpointOverride());
    }
    return builder.build();
  }

  /**
   * Repeats throttled calls as soon as others. The SDK would wait for 250 ms and more: longer than
   * a request does, and so many waiting calls would take the turns of those for other keys.
   */
  static void retry(RetryStrategy.Builder<?, ?> retries, int maxAttempts) {
    retries
        .maxAttempts(maxAttempts)
        .throttlingBackoffStrategy(
            BackoffStrategy.exponentialDelay(FIRST_RETRY, LONGEST_RETRY_PAUSE));
  }

  @Bean
  StoreMeters storeMeters(MeterRegistry registry) {
    return new StoreMeters(registry);
  }

  /** The table itself, without a cache. */
  @Bean(destroyMethod = "close")
  TableReader tableReader(
      DynamoDbAsyncClient client,
      @Value("${counter-machine.table:" + CounterTable.DEFAULT_NAME + "}") String table,
      Catalog catalog,
      StoreProperties properties,
      HedgingProperties hedging,
      StoreMeters meters,
      @Qualifier("storeCalls") ExecutorService storeCalls) {
    return TableReader.of(client, table, catalog, properties, hedging, meters, storeCalls);
  }

  @Bean
  CounterStore uncachedStore(TableReader table) {
    return table.store();
  }

  /** The store that requests for features read from. */
  @Bean
  @Primary
  CounterStore counterStore(
      TableReader table,
      Catalog catalog,
      CacheProperties cache,
      StoreProperties properties,
      StoreMeters meters) {
    return cache.maxAge().isZero()
        ? new MeteredCounterStore(table.store(), meters)
        : new NearCache(
            table.store(), catalog, cache, properties.callTimeout().dividedBy(2), meters);
  }

  /**
   * Stores with the layers of the one above, but with generated counters: for requests that warm up
   * the service. Each has its own copies.
   */
  @Bean
  Supplier<CounterStore> madeUpStores(
      Catalog catalog, CacheProperties cache, StoreProperties properties, Clock clock) {
    return () -> {
      CounterStore store =
          new DynamoDbCounterStore(
              new MadeUpBatchReader(catalog, clock.millis()), properties.callTimeout());
      return cache.maxAge().isZero()
          ? store
          : new NearCache(
              store,
              catalog,
              cache,
              properties.callTimeout().dividedBy(2),
              (cached, read, shared) -> {});
    };
  }

  /** The measures that the job counts, according to the table. */
  @Bean(destroyMethod = "close")
  CountedMeasuresReader countedMeasures(
      DynamoDbAsyncClient client,
      @Value("${counter-machine.table:" + CounterTable.DEFAULT_NAME + "}") String table,
      StoreProperties properties) {
    return new CountedMeasuresReader(client, table, properties.catalogPeriod());
  }

  @Bean
  HealthIndicator counterStoreHealthIndicator(CounterStore uncachedStore) {
    return new StoreStartGate(uncachedStore);
  }
}
