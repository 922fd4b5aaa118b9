package io.countermachine.local.table;

import io.countermachine.item.CounterTable;
import io.countermachine.local.process.LocalDynamoDbClients;
import java.net.URI;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** The options for a table. The defaults are the demo's. */
public final class TableOptions {
  /** The demo's store. */
  public static final URI DEMO = URI.create("http://localhost:8000");

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(names = "--table", paramLabel = "NAME", description = "default ${DEFAULT-VALUE}")
  private String table = CounterTable.DEFAULT_NAME;

  @Option(
      names = "--region",
      paramLabel = "NAME",
      description = "DynamoDB in this AWS region, with the account's own credentials")
  private String region;

  private URI endpoint;

  @Option(
      names = "--dynamodb-endpoint",
      paramLabel = "URL",
      description = "default: http://localhost:8000, the demo's; with --region the region's own")
  void endpoint(URI address) {
    if (address.getScheme() == null || address.getHost() == null) {
      throw new ParameterException(
          command.commandLine(),
          "--dynamodb-endpoint %s: expected a URL such as %s".formatted(address, DEMO));
    }
    endpoint = address;
  }

  /** The table's name. */
  public String table() {
    return table;
  }

  /** The location of the table, for messages. */
  private String place() {
    return region != null && endpoint == null ? "DynamoDB in " + region : address().toString();
  }

  private URI address() {
    return endpoint == null ? DEMO : endpoint;
  }

  /** A client for the store. Local stores accept any credentials. */
  public DynamoDbClient client() {
    if (region == null) {
      return LocalDynamoDbClients.builder(address()).build();
    }
    DynamoDbClientBuilder client = DynamoDbClient.builder().region(Region.of(region));
    return endpoint == null ? client.build() : client.endpointOverride(endpoint).build();
  }

  /** Explains why a call failed, and what to do. */
  public String explain(SdkException failure) {
    if (failure instanceof ResourceNotFoundException) {
      return "there is no table %s at %s; --table names another".formatted(table, place());
    }
    return failure instanceof SdkClientException
        ? "%s does not answer: %s%nis the demo running? --dynamodb-endpoint and --region name another store"
            .formatted(place(), failure.getMessage())
        : failure.getMessage();
  }
}
