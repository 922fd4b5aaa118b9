package io.countermachine.job.output;

import io.countermachine.item.CatalogItem;
import io.countermachine.item.CounterTable;
import io.countermachine.job.config.JobOptions;
import io.countermachine.job.counting.CatalogItems;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.flink.connector.aws.util.AWSGeneralUtil;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;

/** Reads and writes the catalog's item in the options' table, with a separate client. */
public final class TableCatalogItems implements CatalogItems {
  private static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(5);
  private static final String ACCESS_DENIED = "AccessDeniedException";

  private final DynamoDbClient client;
  private final CounterTable counters;
  private final String table;

  TableCatalogItems(DynamoDbClient client, String table) {
    this.client = client;
    this.counters = new CounterTable(client, table);
    this.table = table;
  }

  /** Opens the table with the sink's credentials. */
  public static Provider provider(JobOptions options) {
    String table = options.table();
    String region = options.region();
    URI endpoint = options.dynamoDbEndpoint().orElse(null);
    Properties credentials = new Properties();
    credentials.putAll(options.awsProperties());
    return () -> {
      DynamoDbClientBuilder builder =
          DynamoDbClient.builder()
              .region(Region.of(region))
              .credentialsProvider(AWSGeneralUtil.getCredentialsProvider(credentials))
              .overrideConfiguration(settings -> settings.apiCallAttemptTimeout(ATTEMPT_TIMEOUT));
      if (endpoint != null) {
        builder.endpointOverride(endpoint);
      }
      return new TableCatalogItems(builder.build(), table);
    };
  }

  @Override
  public String table() {
    return table;
  }

  @Override
  public Optional<CatalogItem> read() {
    return call(counters::catalogItem, "GetItem");
  }

  @Override
  public boolean write(CatalogItem item, Optional<CatalogItem> read) {
    return call(() -> counters.putCatalogItem(item, read), "PutItem");
  }

  /**
   * Calls the table.
   *
   * @param action DynamoDB's name of the action and of its permission
   * @throws UnavailableException if the same call may succeed later
   * @throws SuppressRestartsException if the job lacks the permission
   */
  private <T> T call(Supplier<T> call, String action) {
    try {
      return call.get();
    } catch (SdkException e) {
      if (WriteFailures.mayPass(e)) {
        throw new UnavailableException(e);
      }
      if (isDenied(e)) {
        // Otherwise Flink would restart the job again and again until somebody looks.
        throw new SuppressRestartsException(
            new IllegalStateException(
                ("the job may not %s in table %s, where it keeps the item %s: allow its role"
                        + " dynamodb:%s on the table, and start it again from its newest"
                        + " checkpoint; %s")
                    .formatted(action, table, CatalogItem.key().key(), action, e.getMessage()),
                e));
      }
      throw e;
    }
  }

  private static boolean isDenied(SdkException failure) {
    return failure instanceof AwsServiceException answer
        && answer.awsErrorDetails() != null
        && ACCESS_DENIED.equals(answer.awsErrorDetails().errorCode());
  }

  @Override
  public void close() {
    client.close();
  }
}
