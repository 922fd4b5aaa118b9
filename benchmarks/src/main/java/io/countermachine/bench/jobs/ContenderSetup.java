package io.countermachine.bench.jobs;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.item.CounterTable;
import io.countermachine.item.ItemCodec;
import io.countermachine.job.config.JobOptions;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.connector.aws.config.AWSConfigConstants;
import org.apache.flink.connector.base.sink.writer.ElementConverter;
import org.apache.flink.connector.dynamodb.sink.DynamoDbSink;
import org.apache.flink.connector.dynamodb.sink.DynamoDbWriteRequest;
import org.apache.flink.connector.dynamodb.sink.DynamoDbWriteRequestType;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The contenders' arguments, which are those of the streaming job, and the table that they write
 * to.
 */
record ContenderSetup(JobOptions options, Catalog catalog, URI endpoint) {
  private static final long BUFFER_MILLIS = 100;

  /** Reads the arguments, and creates the table. */
  static ContenderSetup of(String... arguments) {
    JobOptions options = JobOptions.parse(arguments);
    ContenderSetup setup =
        new ContenderSetup(
            options,
            CatalogLoader.load(options.catalog().orElseThrow()),
            options.dynamoDbEndpoint().orElseThrow());
    try (DynamoDbClient client =
        DynamoDbClient.builder()
            .endpointOverride(setup.endpoint())
            .region(Region.US_EAST_1)
            .build()) {
      new CounterTable(client, CounterTable.DEFAULT_NAME).createIfMissing();
    }
    return setup;
  }

  String topic() {
    return options.topics().get(0);
  }

  /** The properties of every consumer. */
  Properties kafkaProperties() {
    Properties properties = new Properties();
    properties.setProperty("bootstrap.servers", options.bootstrapServers());
    properties.setProperty("interceptor.classes", ReadMeter.class.getName());
    return properties;
  }

  /**
   * The official sink with its defaults, as most users would start: many requests in flight. Only
   * the buffer time is changed, so that no contender waits longer than another at the end.
   */
  <T> DynamoDbSink<T> sink(ElementConverter<T, DynamoDbWriteRequest> converter) {
    Properties client = new Properties();
    client.setProperty(AWSConfigConstants.AWS_REGION, Region.US_EAST_1.id());
    client.setProperty(AWSConfigConstants.AWS_ENDPOINT, endpoint.toString());
    return DynamoDbSink.<T>builder()
        .setTableName(CounterTable.DEFAULT_NAME)
        .setDynamoDbProperties(client)
        .setElementConverter(converter)
        .setOverwriteByPartitionKeys(List.of(ItemCodec.KEY, ItemCodec.FEATURE_NAME))
        .setMaxTimeInBufferMS(BUFFER_MILLIS)
        .build();
  }

  /** The write of an item. Counts are by measure and interval. */
  static DynamoDbWriteRequest put(
      String key, String featureName, long lastUpdate, Map<String, Map<String, Number>> counts) {
    Map<String, AttributeValue> measures = new HashMap<>();
    counts.forEach(
        (measure, values) -> {
          Map<String, AttributeValue> numbers = new HashMap<>();
          values.forEach(
              (label, value) -> numbers.put(label, AttributeValue.fromN(value.toString())));
          measures.put(measure, AttributeValue.fromM(numbers));
        });
    return DynamoDbWriteRequest.builder()
        .setType(DynamoDbWriteRequestType.PUT)
        .setItem(
            Map.of(
                ItemCodec.KEY, AttributeValue.fromS(key),
                ItemCodec.FEATURE_NAME, AttributeValue.fromS(featureName),
                ItemCodec.LAST_UPDATE, AttributeValue.fromN(Long.toString(lastUpdate)),
                ItemCodec.COUNTS, AttributeValue.fromM(measures)))
        .build();
  }
}
