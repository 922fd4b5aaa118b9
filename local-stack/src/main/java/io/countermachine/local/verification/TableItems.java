package io.countermachine.local.verification;

import io.countermachine.item.ItemCodec;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.model.Select;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Reads the table's items, without the code that the service reads them with. */
public final class TableItems {
  /**
   * One item's values.
   *
   * @param lastUpdateMillis the instant they are as of
   * @param expiresAt when it is gone; empty for never
   * @param values by measure and interval label
   */
  public record Item(
      long lastUpdateMillis, Optional<Instant> expiresAt, Map<String, Map<String, Double>> values) {
    /** A value; what is absent is 0. */
    double value(String measure, String label) {
      return values.getOrDefault(measure, Map.of()).getOrDefault(label, 0.0);
    }

    /** Whether there is nothing in it that the other has no place for. */
    boolean isWithin(Item other) {
      return other.values().keySet().containsAll(values.keySet())
          && all().allMatch(each -> other.values.get(each.measure()).containsKey(each.label()));
    }

    /** All values. */
    Stream<Value> all() {
      return values.entrySet().stream()
          .flatMap(
              measure ->
                  measure.getValue().entrySet().stream()
                      .map(each -> new Value(measure.getKey(), each.getKey(), each.getValue())));
    }
  }

  /** One value of an item. */
  record Value(String measure, String label, double value) {}

  /** The key of the item in which the job says by which catalog it counts. */
  private static final String CATALOG = "#catalog";

  /** As many as one call may delete. */
  private static final int BATCH = 25;

  private final DynamoDbClient client;
  private final String table;

  public TableItems(DynamoDbClient client, String table) {
    this.client = client;
    this.table = table;
  }

  /** Every item of counters in a table. */
  public Map<Recomputation.Key, Item> all() {
    Map<Recomputation.Key, Item> items = new HashMap<>();
    client.scanPaginator(call -> call.tableName(table).consistentRead(true)).items().stream()
        .filter(item -> !item.get(ItemCodec.KEY).s().equals(CATALOG))
        .forEach(
            item ->
                items.put(
                    new Recomputation.Key(
                        item.get(ItemCodec.FEATURE_NAME).s(), item.get(ItemCodec.KEY).s()),
                    item(item)));
    return items;
  }

  /** When a key's item is gone; empty where there is no item or it is kept for ever. */
  public Optional<Instant> expiresAt(Recomputation.Key key) {
    return expiresAt(
        client
            .getItem(
                call ->
                    call.tableName(table)
                        .consistentRead(true)
                        .key(
                            Map.of(
                                ItemCodec.KEY, AttributeValue.fromS(key.key()),
                                ItemCodec.FEATURE_NAME, AttributeValue.fromS(key.group()))))
            .item());
  }

  /** Deletes every item of a table, whatever it holds. */
  public void deleteAll() {
    client
        .scanPaginator(
            call ->
                call.tableName(table)
                    .consistentRead(true)
                    .projectionExpression("#key, #name")
                    .expressionAttributeNames(
                        Map.of("#key", ItemCodec.KEY, "#name", ItemCodec.FEATURE_NAME))
                    .limit(BATCH))
        .stream()
        .map(ScanResponse::items)
        .filter(keys -> !keys.isEmpty())
        .forEach(keys -> delete(keys));
  }

  private void delete(List<Map<String, AttributeValue>> keys) {
    Map<String, List<WriteRequest>> left =
        Map.of(
            table,
            keys.stream()
                .map(key -> WriteRequest.builder().deleteRequest(call -> call.key(key)).build())
                .toList());
    while (!left.isEmpty()) {
      Map<String, List<WriteRequest>> requests = left;
      left = client.batchWriteItem(call -> call.requestItems(requests)).unprocessedItems();
    }
  }

  /** How many items are in packed form. */
  public long packed() {
    return client
        .scanPaginator(
            call ->
                call.tableName(table)
                    .consistentRead(true)
                    .select(Select.COUNT)
                    .filterExpression("attribute_exists(" + ItemCodec.PACKED + ")"))
        .stream()
        .mapToLong(ScanResponse::count)
        .sum();
  }

  private static Item item(Map<String, AttributeValue> attributes) {
    Optional<Instant> expiresAt = expiresAt(attributes);
    AttributeValue packed = attributes.get(ItemCodec.PACKED);
    if (packed != null) {
      PackedItem bytes = PackedItem.read(packed.b().asByteArray());
      return new Item(bytes.lastUpdateMillis(), expiresAt, bytes.values());
    }
    Map<String, Map<String, Double>> values = new HashMap<>();
    attributes
        .get(ItemCodec.COUNTS)
        .m()
        .forEach(
            (measure, byLabel) -> {
              Map<String, Double> numbers = new HashMap<>();
              byLabel.m().forEach((label, value) -> numbers.put(label, Double.valueOf(value.n())));
              values.put(measure, numbers);
            });
    return new Item(Long.parseLong(attributes.get(ItemCodec.LAST_UPDATE).n()), expiresAt, values);
  }

  private static Optional<Instant> expiresAt(Map<String, AttributeValue> attributes) {
    return Optional.ofNullable(attributes.get(ItemCodec.EXPIRES_AT))
        .map(seconds -> Instant.ofEpochSecond(Long.parseLong(seconds.n())));
  }
}
