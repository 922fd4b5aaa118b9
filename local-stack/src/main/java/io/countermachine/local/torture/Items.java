package io.countermachine.local.torture;

import io.countermachine.item.ItemCodec;
import io.countermachine.local.Recomputation;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.model.Select;

/** Reads the table's items, without the code that the service reads them with. */
final class Items {
  /**
   * One item's values.
   *
   * @param lastUpdateMillis the instant they are as of
   * @param expires whether the table will remove it
   * @param values by measure and interval label
   */
  record Item(long lastUpdateMillis, boolean expires, Map<String, Map<String, Double>> values) {
    /** A value; what is absent is 0. */
    double value(String measure, String label) {
      return values.getOrDefault(measure, Map.of()).getOrDefault(label, 0.0);
    }

    /** Whether there is nothing in it that the other has no place for. */
    boolean isWithin(Item other) {
      return values.entrySet().stream()
          .allMatch(
              measure ->
                  other.values().containsKey(measure.getKey())
                      && other
                          .values()
                          .get(measure.getKey())
                          .keySet()
                          .containsAll(measure.getValue().keySet()));
    }
  }

  /** The key of the item in which the job says by which catalog it counts. */
  private static final String CATALOG = "#catalog";

  private Items() {}

  /** Every item of counters in a table. */
  static Map<Recomputation.Key, Item> all(DynamoDbClient client, String table) {
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

  /** How many items are in packed form. */
  static long packed(DynamoDbClient client, String table) {
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
    boolean expires = attributes.containsKey(ItemCodec.EXPIRES_AT);
    AttributeValue packed = attributes.get(ItemCodec.PACKED);
    if (packed != null) {
      PackedBytes bytes = PackedBytes.read(packed.b().asByteArray());
      return new Item(bytes.lastUpdateMillis(), expires, bytes.values());
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
    return new Item(Long.parseLong(attributes.get(ItemCodec.LAST_UPDATE).n()), expires, values);
  }
}
