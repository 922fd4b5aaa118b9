package io.countermachine.job.output;

import io.countermachine.item.ItemCodec;
import io.countermachine.job.JobOptions;
import io.countermachine.job.counting.ItemWrite;
import java.util.List;
import java.util.OptionalLong;
import java.util.Properties;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.connector.aws.config.AWSConfigConstants;
import org.apache.flink.connector.base.sink.writer.ElementConverter;
import org.apache.flink.connector.dynamodb.sink.DynamoDbSink;
import org.apache.flink.connector.dynamodb.sink.DynamoDbWriteRequest;
import org.apache.flink.connector.dynamodb.sink.DynamoDbWriteRequestType;

/**
 * The official DynamoDB sink, set up so that the newest write of a key is the last to land: one
 * request in flight per subtask, behind an operator that is keyed and of the same parallelism, and
 * in a batch only the newest entry of a key.
 */
public final class ItemSink {
  /** BatchWriteItem's own limit. */
  private static final int ITEMS_PER_REQUEST = 25;

  /** Small, because a checkpoint waits until all of it is written. */
  private static final int BUFFERED_ITEMS = 1_000;

  private static final long BUFFER_MILLIS = 100;
  private static final String READ_TIMEOUT = "aws.http-client.read-timeout";
  private static final String READ_TIMEOUT_MILLIS = "10000";

  private ItemSink() {}

  public static DynamoDbSink<ItemWrite> create(JobOptions options) {
    Properties client = new Properties();
    client.setProperty(READ_TIMEOUT, READ_TIMEOUT_MILLIS);
    client.setProperty(AWSConfigConstants.AWS_REGION, options.region());
    options
        .dynamoDbEndpoint()
        .ifPresent(uri -> client.setProperty(AWSConfigConstants.AWS_ENDPOINT, uri.toString()));
    client.putAll(options.awsProperties());
    return DynamoDbSink.<ItemWrite>builder()
        .setTableName(options.table())
        .setDynamoDbProperties(client)
        .setElementConverter(new Converter())
        .setOverwriteByPartitionKeys(List.of(ItemCodec.KEY, ItemCodec.FEATURE_NAME))
        .setMaxInFlightRequests(1)
        .setMaxBatchSize(ITEMS_PER_REQUEST)
        .setMaxBufferedRequests(BUFFERED_ITEMS)
        .setMaxTimeInBufferMS(BUFFER_MILLIS)
        .build();
  }

  private static final class Converter
      implements ElementConverter<ItemWrite, DynamoDbWriteRequest> {
    private static final long serialVersionUID = 1L;

    @Override
    public DynamoDbWriteRequest apply(ItemWrite write, SinkWriter.Context context) {
      OptionalLong expiresAt =
          write.expiresAtSeconds() == ItemWrite.NEVER_EXPIRES
              ? OptionalLong.empty()
              : OptionalLong.of(write.expiresAtSeconds());
      return DynamoDbWriteRequest.builder()
          .setType(DynamoDbWriteRequestType.PUT)
          .setItem(ItemCodec.encode(write.key(), write.counters(), expiresAt))
          .build();
    }
  }
}
