package io.countermachine.bench.jobs;

import io.countermachine.item.CounterTable;
import io.countermachine.item.ItemCodec;
import java.util.List;
import java.util.Properties;
import org.apache.flink.connector.aws.config.AWSConfigConstants;
import org.apache.flink.connector.base.sink.writer.ElementConverter;
import org.apache.flink.connector.dynamodb.sink.DynamoDbSink;
import org.apache.flink.connector.dynamodb.sink.DynamoDbWriteRequest;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The official sink with its defaults, as one would use it first: many requests in flight. Only the
 * time in its buffer is ours, so that no contender waits longer than another at the end.
 */
final class ItemSinks {
  private static final long BUFFER_MILLIS = 100;

  private ItemSinks() {}

  static <T> DynamoDbSink<T> create(
      JobArguments arguments, ElementConverter<T, DynamoDbWriteRequest> converter) {
    Properties client = new Properties();
    client.setProperty(AWSConfigConstants.AWS_REGION, Region.US_EAST_1.id());
    client.setProperty(AWSConfigConstants.AWS_ENDPOINT, arguments.endpoint().toString());
    return DynamoDbSink.<T>builder()
        .setTableName(CounterTable.DEFAULT_NAME)
        .setDynamoDbProperties(client)
        .setElementConverter(converter)
        .setOverwriteByPartitionKeys(List.of(ItemCodec.KEY, ItemCodec.FEATURE_NAME))
        .setMaxTimeInBufferMS(BUFFER_MILLIS)
        .build();
  }

  static void createTable(JobArguments arguments) {
    try (DynamoDbClient client =
        DynamoDbClient.builder()
            .endpointOverride(arguments.endpoint())
            .region(Region.US_EAST_1)
            .build()) {
      new CounterTable(client, CounterTable.DEFAULT_NAME).createIfMissing();
    }
  }
}
