package io.countermachine.bench.micro;

import io.countermachine.catalog.ItemFormat;
import io.countermachine.item.ItemCodec;
import io.countermachine.item.ItemKey;
import io.countermachine.item.PackedForm;
import io.countermachine.item.StoredItem;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.ItemValues;
import io.countermachine.service.store.ReadResult;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads a batch of packed items from the store's response with Jackson's streaming parser, to
 * compare with the service's own parser. It detects no faults in a response.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class JacksonItemBenchmark {
  private final JsonFactory json = new JsonFactory();
  private final byte[] body = Samples.batch(ItemFormat.PACKED);
  private final Map<String, ItemSchema> schemas = new HashMap<>();

  public JacksonItemBenchmark() {
    Samples.CATALOG.groups().forEach(group -> schemas.put(group.name(), group.itemSchema()));
  }

  /** From the response's bytes to counters. */
  @Benchmark
  public ReadResult[] readBatchByJackson() {
    List<ItemKey> keys = Samples.POSTS;
    Map<ItemKey, Integer> places = new HashMap<>(keys.size() * 2);
    for (int i = 0; i < keys.size(); i++) {
      places.put(keys.get(i), i);
    }
    ReadResult[] results = new ReadResult[keys.size()];
    Arrays.fill(results, ReadResult.absent(0));
    try (JsonParser parser = json.createParser(ObjectReadContext.empty(), body)) {
      while (parser.nextToken() != JsonToken.START_ARRAY) {
        // Descend to the items.
      }
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        readItem(parser, places, results);
      }
    }
    return results;
  }

  private void readItem(JsonParser parser, Map<ItemKey, Integer> places, ReadResult[] results) {
    String key = null;
    String group = null;
    byte[] packed = null;
    OptionalLong expiresAt = OptionalLong.empty();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String attribute = parser.currentName();
      parser.nextToken();
      parser.nextToken();
      parser.nextToken();
      switch (attribute) {
        case ItemCodec.KEY -> key = parser.getString();
        case ItemCodec.FEATURE_NAME -> group = parser.getString();
        case ItemCodec.PACKED -> packed = parser.getBinaryValue();
        case ItemCodec.EXPIRES_AT ->
            expiresAt = OptionalLong.of(Long.parseLong(parser.getString()));
        default -> throw new IllegalStateException("no attribute " + attribute);
      }
      parser.nextToken();
    }
    ItemValues values = PackedForm.decode(packed, packed.length, schemas.get(group));
    results[places.get(new ItemKey(group, key))] =
        ReadResult.found(new StoredItem(values, expiresAt), 0);
  }
}
