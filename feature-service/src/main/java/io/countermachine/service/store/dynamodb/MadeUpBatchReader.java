package io.countermachine.service.store.dynamodb;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.item.ItemJson;
import io.countermachine.item.ItemKey;
import io.countermachine.json.JsonBytes;
import io.countermachine.measure.Counters;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.Measure;
import io.countermachine.measure.Occurrence;
import io.countermachine.service.store.BatchReader;
import io.countermachine.service.store.ReadResult;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * Finds generated counters for four of five keys. They come in the bytes of a response of DynamoDB,
 * which are parsed like a real one.
 */
public final class MadeUpBatchReader implements BatchReader {
  private static final String TABLE = "made-up";
  private static final String ANY_KEY = "any";
  private static final int LABELS = 3;
  private static final int ABSENT_ONE_OF = 5;
  private static final byte[] BEGIN =
      "{\"Responses\":{\"%s\":[".formatted(TABLE).getBytes(US_ASCII);
  private static final byte[] END = "]},\"UnprocessedKeys\":{}}".getBytes(US_ASCII);

  private final BatchGetResponseReader responses;
  private final Map<String, Item> items = new HashMap<>();

  /** The bytes of a group's items, around their key. */
  @SuppressWarnings("ArrayRecordComponent") // A carrier of bytes, never compared.
  private record Item(byte[] beforeKey, byte[] afterKey) {}

  /**
   * Generates counters for each group.
   *
   * @param nowMillis the time of their last event, epoch milliseconds
   */
  public MadeUpBatchReader(Catalog catalog, long nowMillis) {
    this.responses = new BatchGetResponseReader(TABLE, catalog);
    ItemJson json = new ItemJson(catalog.itemFormat());
    for (Group group : catalog.groups()) {
      byte[] item =
          json.encode(
              ANY_KEY,
              ItemValues.of(group.itemSchema(), counters(group, nowMillis)),
              OptionalLong.empty());
      // The key is the first text of an item.
      int key = new String(item, US_ASCII).indexOf('"' + ANY_KEY + '"');
      items.put(
          group.name(),
          new Item(
              Arrays.copyOf(item, key),
              Arrays.copyOfRange(item, key + ANY_KEY.length() + 2, item.length)));
    }
  }

  private static Counters counters(Group group, long nowMillis) {
    Counters counters = new Counters(group.schema());
    counters.extendSessions(nowMillis);
    for (int measure = 0; measure < group.schema().measures().size(); measure++) {
      Measure of = group.schema().measures().get(measure);
      for (int label = 0; label < LABELS; label++) {
        Occurrence occurrence = new Occurrence().at(nowMillis - label).weight(1).value(label + 1.5);
        occurrence.label("label-" + label).fields(of.kind().occurrenceFields().toArray());
        counters.add(measure, occurrence);
      }
    }
    return counters;
  }

  @Override
  public CompletableFuture<ReadResult[]> read(List<ItemKey> keys) {
    JsonBytes body = new JsonBytes();
    body.write(BEGIN);
    for (int i = 0; i < keys.size(); i++) {
      if (i % ABSENT_ONE_OF == ABSENT_ONE_OF - 1) {
        continue;
      }
      if (i > 0) {
        body.write(',');
      }
      Item item = items.get(keys.get(i).group());
      body.write(item.beforeKey());
      body.writeText(keys.get(i).key());
      body.write(item.afterKey());
    }
    body.write(END);
    byte[] response = body.toArray();
    return CompletableFuture.completedFuture(
        responses.read(response, response.length, keys, System.nanoTime()));
  }
}
