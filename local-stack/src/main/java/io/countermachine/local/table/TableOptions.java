package io.countermachine.local.table;

import io.countermachine.item.CounterTable;
import io.countermachine.local.cli.UsageException;
import java.net.URI;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;

/**
 * The table that a command is about; the demo's, unless its options say otherwise.
 *
 * @param region AWS's region; empty for a local store
 * @param endpoint the store's address; empty for the region's
 */
public record TableOptions(String table, Optional<String> region, Optional<URI> endpoint) {
  /** The demo's store. */
  public static final URI DEMO = URI.create("http://localhost:8000");

  /** Collects the options; a command has others besides. */
  static final class Parser {
    private String table = CounterTable.DEFAULT_NAME;
    private String region;
    private URI endpoint;

    /**
     * Takes an option of a table.
     *
     * @throws UsageException where it is no such option, or its value is wrong
     */
    void take(String option, String value) {
      switch (option) {
        case "--table" -> table = value;
        case "--region" -> region = value;
        case "--dynamodb-endpoint" -> endpoint = address(value);
        default -> throw new UsageException("unknown option " + option);
      }
    }

    TableOptions options() {
      boolean demo = endpoint == null && region == null;
      return new TableOptions(
          table, Optional.ofNullable(region), Optional.ofNullable(demo ? DEMO : endpoint));
    }
  }

  private static URI address(String text) {
    try {
      URI address = URI.create(text);
      if (address.getScheme() != null && address.getHost() != null) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      // Told below, as the address without a host is.
    }
    throw new UsageException(
        "--dynamodb-endpoint %s: expected an address such as %s".formatted(text, DEMO));
  }

  /** Where the table is, for messages. */
  String place() {
    return endpoint.map(URI::toString).orElseGet(() -> "DynamoDB in " + region.orElseThrow());
  }

  /** A client for the store; a local one takes any credentials. */
  DynamoDbClient client() {
    DynamoDbClientBuilder client =
        DynamoDbClient.builder().region(region.map(Region::of).orElse(Region.US_EAST_1));
    endpoint.ifPresent(client::endpointOverride);
    if (region.isEmpty()) {
      client.credentialsProvider(
          StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")));
    }
    return client.build();
  }
}
