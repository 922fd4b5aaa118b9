package io.countermachine.local.verification;

import io.countermachine.item.ItemCodec;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
   * @param lastUpdateMillis the instant of the values, epoch milliseconds
   * @param sessionEndMillis the newest event of the key's sessions; equals lastUpdateMillis if the
   *     item does not store it
   * @param expiresAt when the item expires; empty for never
   * @param values by measure or a measure's label, and then by place: an interval or a pane
   * @param lists the entries by list, first or last
   */
  public record Item(
      long lastUpdateMillis,
      long sessionEndMillis,
      Optional<Instant> expiresAt,
      Map<String, Map<String, Double>> values,
      Map<String, List<StoredEntry>> lists) {
    /** An item with only numbers, panes and labels. */
    public Item(
        long lastUpdateMillis,
        Optional<Instant> expiresAt,
        Map<String, Map<String, Double>> values) {
      this(lastUpdateMillis, lastUpdateMillis, expiresAt, values, Map.of());
    }
  }

  /** One value of an item. */
  record Value(String measure, String label, double value) {}

  /** The key of the item that names the job's catalog. */
  private static final String CATALOG = "#catalog";

  /** The maximum number of items that one call may delete. */
  private static final int BATCH = 25;

  private final DynamoDbClient client;
  private final String table;

  public TableItems(DynamoDbClient client, String table) {
    this.client = client;
    this.table = table;
  }

  /** Every counter item in a table. */
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

  /** When a key's item expires; empty if there is no item, or if it is kept for ever. */
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

  /** Deletes every item of a table. */
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

  /** The number of items in packed format. */
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

  /** The content of an item, in either format. */
  static Item item(Map<String, AttributeValue> attributes) {
    Optional<Instant> expiresAt = expiresAt(attributes);
    AttributeValue packed = attributes.get(ItemCodec.PACKED);
    if (packed != null) {
      PackedItem bytes = PackedItem.read(packed.b().asByteArray());
      return new Item(
          bytes.lastUpdateMillis(),
          bytes.sessionEndMillis(),
          expiresAt,
          bytes.values(),
          bytes.lists());
    }
    Map<String, Map<String, Double>> values = new HashMap<>();
    map(attributes, "counts").forEach((name, row) -> putAll(values, name, row.m(), 0));
    map(attributes, "panes")
        .forEach(
            (name, row) -> {
              AttributeValue center = row.m().get("c");
              putAll(values, name, row.m(), center == null ? 0 : Double.parseDouble(center.n()));
            });
    map(attributes, "labels")
        .forEach(
            (name, rows) ->
                rows.m()
                    .forEach(
                        (label, row) -> putAll(values, ItemPlaces.label(name, label), row.m(), 0)));
    Map<String, List<StoredEntry>> lists = new HashMap<>();
    map(attributes, "lists")
        .forEach(
            (name, entries) ->
                lists.put(name, entries.l().stream().map(TableItems::entry).toList()));
    long lastUpdateMillis = Long.parseLong(attributes.get(ItemCodec.LAST_UPDATE).n());
    AttributeValue sessionEnd = attributes.get("sessionEnd");
    long sessionEndMillis = sessionEnd == null ? lastUpdateMillis : Long.parseLong(sessionEnd.n());
    return new Item(lastUpdateMillis, sessionEndMillis, expiresAt, values, lists);
  }

  private static StoredEntry entry(AttributeValue stored) {
    Map<String, Object> fields = new HashMap<>();
    stored
        .m()
        .forEach(
            (name, value) ->
                fields.put(name, value.n() == null ? value.s() : new BigDecimal(value.n())));
    BigDecimal atMillis = (BigDecimal) fields.remove("at");
    return new StoredEntry(atMillis.longValueExact(), fields);
  }

  private static Map<String, AttributeValue> map(
      Map<String, AttributeValue> attributes, String name) {
    return attributes.containsKey(name) ? attributes.get(name).m() : Map.of();
  }

  /** Adds a map's values by interval: numbers, and panes. */
  private static void putAll(
      Map<String, Map<String, Double>> values,
      String name,
      Map<String, AttributeValue> byInterval,
      double center) {
    Map<String, Double> into = values.computeIfAbsent(name, first -> new HashMap<>());
    byInterval.forEach(
        (interval, value) -> {
          if (value.hasM()) {
            value
                .m()
                .forEach(
                    (start, pane) -> {
                      long startMillis = ItemPlaces.startMillis(interval, start);
                      putPane(into, ItemPlaces.pane(interval, startMillis), pane, center);
                    });
          } else if (!interval.equals("c")) {
            into.put(interval, Double.valueOf(value.n()));
          }
        });
  }

  private static void putPane(
      Map<String, Double> into, String pane, AttributeValue value, double center) {
    if (value.hasL()) {
      double[] sums = {Double.NaN, Double.NaN, Double.NaN};
      for (int i = 0; i < value.l().size(); i++) {
        sums[i] = Double.parseDouble(value.l().get(i).n());
      }
      ItemPlaces.putMoments(into, pane, center, sums);
    } else {
      into.put(pane, Double.valueOf(value.n()));
    }
  }

  private static Optional<Instant> expiresAt(Map<String, AttributeValue> attributes) {
    return Optional.ofNullable(attributes.get(ItemCodec.EXPIRES_AT))
        .map(seconds -> Instant.ofEpochSecond(Long.parseLong(seconds.n())));
  }
}
