package io.countermachine.bench.obvious;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.yaml.CatalogLoader;
import java.net.URI;
import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/**
 * The service one would write first, to measure beside: Spring's and the SDK's defaults, a GetItem
 * per candidate and group, no cache. It answers as the real one does, as far as the benchmark asks.
 */
@SpringBootApplication
public class ObviousService {
  public static void main(String[] arguments) {
    SpringApplication.run(ObviousService.class, arguments);
  }

  @Bean
  Catalog catalog(@Value("${counter-machine.catalog}") Path file) {
    return CatalogLoader.load(file);
  }

  @Bean
  DynamoDbAsyncClient dynamoDb(@Value("${counter-machine.dynamodb.endpoint}") URI endpoint) {
    return DynamoDbAsyncClient.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .build();
  }
}
