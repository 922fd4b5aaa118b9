package io.countermachine.local;

import io.countermachine.item.CounterTable;
import io.countermachine.item.ItemKey;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;

/**
 * What {@code counter-machine show} is asked for.
 *
 * @param keyParts the values of the key's fields, or the key as the table has it
 * @param catalog a catalog file; empty for the bundled one
 * @param json whether the item alone is printed, as JSON
 * @param region AWS's region; empty for a local store
 * @param endpoint the store's address; empty for the region's
 */
record ShowOptions(
    String group,
    List<String> keyParts,
    Optional<Path> catalog,
    boolean json,
    String table,
    Optional<String> region,
    Optional<URI> endpoint) {
  static final String USAGE = Usage.of("show");

  private static final URI DEMO = URI.create("http://localhost:8000");

  static ShowOptions parse(String... arguments) {
    List<String> named = new ArrayList<>();
    Path catalog = null;
    boolean json = false;
    String table = CounterTable.DEFAULT_NAME;
    String region = null;
    URI endpoint = null;
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i];
      if (!argument.startsWith("--")) {
        named.add(argument);
        continue;
      }
      if (argument.equals("--json")) {
        json = true;
        continue;
      }
      if (i + 1 == arguments.length) {
        throw new DemoOptions.UsageException(argument + " needs a value");
      }
      String value = arguments[++i];
      switch (argument) {
        case "--catalog" -> catalog = Path.of(value);
        case "--table" -> table = value;
        case "--region" -> region = value;
        case "--dynamodb-endpoint" -> endpoint = address(value);
        default -> throw new DemoOptions.UsageException("unknown option " + argument);
      }
    }
    if (named.size() < 2) {
      throw new DemoOptions.UsageException("expected a group and a key, got " + named);
    }
    if (endpoint == null && region == null) {
      endpoint = DEMO;
    }
    return new ShowOptions(
        named.get(0),
        List.copyOf(named.subList(1, named.size())),
        Optional.ofNullable(catalog),
        json,
        table,
        Optional.ofNullable(region),
        Optional.ofNullable(endpoint));
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
    throw new DemoOptions.UsageException(
        "--dynamodb-endpoint %s: expected an address such as %s".formatted(text, DEMO));
  }

  /** The key as the table has it; one value alone is taken as it is. */
  String key() {
    return keyParts.size() == 1 ? keyParts.get(0) : ItemKey.join(keyParts.toArray(String[]::new));
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
