package io.countermachine.job.output;

import io.countermachine.catalog.Group;
import io.countermachine.item.ItemJson;
import io.countermachine.item.ItemKey;
import io.countermachine.job.config.CatalogText;
import io.countermachine.job.config.JobOptions;
import io.countermachine.job.counting.InDoubtWrites;
import io.countermachine.job.counting.ItemWrite;
import io.countermachine.job.counting.OldestPendingAge;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.Schema;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.connector.aws.config.AWSConfigConstants;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.ElementConverter;
import org.apache.flink.connector.dynamodb.sink.DynamoDbSink;
import org.apache.flink.connector.dynamodb.sink.DynamoDbWriteRequest;
import org.apache.flink.connector.dynamodb.sink.client.SdkClientProvider;

/**
 * The official DynamoDB sink, configured so that the newest write of a key is the last one sent. It
 * has one batch in flight per subtask, follows a keyed operator of the same parallelism, and keeps
 * only the newest entry of a key in a batch. At a checkpoint its buffer is empty, so no other
 * subtask sends leftover entries after a rescale. Its client is a {@link RetryingDynamoDbClient},
 * and its entries are {@link EncodedItem}s.
 */
@SuppressWarnings("deprecation") // The sink is built on the older form of Flink's interface.
public final class ItemSink extends DynamoDbSink<ItemWrite> {
  private static final long serialVersionUID = 1L;

  /** DynamoDB's limit. The sink requires this setting, but computes a size of 0 for every entry. */
  private static final long ITEM_BYTES = 400_000;

  private static final int ITEMS_PER_BATCH = 8 * RetryingDynamoDbClient.ITEMS_PER_CALL;
  private static final long BATCH_BYTES = ITEMS_PER_BATCH * ITEM_BYTES;

  /** Small, because a checkpoint waits until all buffered items are written. */
  private static final int BUFFERED_ITEMS = 1_000;

  /**
   * Long enough to send the batches of a slot one after the other. After this time the sink blocks
   * until everything is written, and nothing is counted meanwhile.
   */
  private static final long BUFFER_MILLIS = 100;

  private static final String READ_TIMEOUT = "aws.http-client.read-timeout";
  private static final String READ_TIMEOUT_MILLIS = "10000";

  private final String table;
  private final Properties client;

  private ItemSink(String table, CatalogText catalog, Properties client) {
    super(
        new Converter(catalog),
        RetryingDynamoDbClient.ITEMS_PER_CALL,
        1,
        BUFFERED_ITEMS,
        BATCH_BYTES,
        BUFFER_MILLIS,
        ITEM_BYTES,
        false,
        table,
        List.of(EncodedItem.ID),
        client);
    this.table = table;
    this.client = client;
  }

  /** The sink for the options' table, which writes items of the catalog's groups. */
  public static ItemSink create(JobOptions options, CatalogText catalog) {
    Properties client = new Properties();
    client.setProperty(READ_TIMEOUT, READ_TIMEOUT_MILLIS);
    client.setProperty(AWSConfigConstants.AWS_REGION, options.region());
    options
        .dynamoDbEndpoint()
        .ifPresent(uri -> client.setProperty(AWSConfigConstants.AWS_ENDPOINT, uri.toString()));
    client.putAll(options.awsProperties());
    return new ItemSink(options.table(), catalog, client);
  }

  /** The sink itself would send a batch as one call, and so refuses larger ones. */
  @Override
  protected int getMaxBatchSize() {
    return ITEMS_PER_BATCH;
  }

  @Override
  public StatefulSinkWriter<ItemWrite, BufferedRequestState<DynamoDbWriteRequest>> restoreWriter(
      InitContext context, Collection<BufferedRequestState<DynamoDbWriteRequest>> buffered)
      throws IOException {
    InDoubtWrites lost = InDoubtWrites.of(context.getJobInfo(), context.getTaskInfo());
    PendingEntries pending = new PendingEntries(System::currentTimeMillis);
    OldestPendingAge.register(
        context.metricGroup(), pending::oldestMillis, System::currentTimeMillis);
    useClient(
        RetryingDynamoDbClient.provider(
            table, client, client.getProperty(READ_TIMEOUT), lost, pending));
    return new FlushingSinkWriter<>(
        super.restoreWriter(
            context, RestoredEntryConverter.toEncodedItems(buffered, System.currentTimeMillis())));
  }

  /** The sink has a setter for its client, but only for its own package's tests. */
  private void useClient(SdkClientProvider<?> provider) {
    try {
      Method setter =
          DynamoDbSink.class.getDeclaredMethod(
              "setDynamoDbAsyncClientProvider", SdkClientProvider.class);
      setter.setAccessible(true);
      setter.invoke(this, provider);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "this release of flink-connector-dynamodb does not accept the job's client", e);
    }
  }

  private static final class Converter
      implements ElementConverter<ItemWrite, DynamoDbWriteRequest> {
    private static final long serialVersionUID = 1L;

    private final CatalogText catalog;
    private transient ItemJson json;
    private transient Map<Schema, ItemSchema> schemas;

    private Converter(CatalogText catalog) {
      this.catalog = catalog;
    }

    @Override
    public DynamoDbWriteRequest apply(ItemWrite write, SinkWriter.Context context) {
      if (json == null) {
        json = new ItemJson(catalog.catalog().itemFormat());
        schemas =
            catalog.catalog().groups().stream()
                .collect(Collectors.toMap(Group::schema, Group::itemSchema));
      }
      if (write.isRemoval()) {
        ItemKey key = new ItemKey(write.counters().schema().name(), write.key());
        return EncodedItem.removal(key, ItemJson.ofKey(key), write.changedMillis());
      }
      OptionalLong expiresAt =
          write.expiresAtSeconds() == ItemWrite.NEVER_EXPIRES
              ? OptionalLong.empty()
              : OptionalLong.of(write.expiresAtSeconds());
      return EncodedItem.of(
          new ItemKey(write.counters().schema().name(), write.key()),
          json.encode(
              write.key(),
              ItemValues.of(schemas.get(write.counters().schema()), write.counters()),
              expiresAt),
          write.changedMillis());
    }
  }
}
