package io.countermachine.bench.items;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.counters.Counters;
import io.countermachine.item.ItemCodec;
import io.countermachine.item.ItemJson;
import io.countermachine.item.ItemKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Posts of the bundled catalog with every measure, and a batch of them as the store answers it. */
public final class SampleItems {
  public static final int BATCH = 100;

  private static final long SEED = 20260101;
  private static final long NOW_MILLIS = 1_707_605_599_000L;
  private static final int EVENTS = 20;
  private static final OptionalLong EXPIRES_AT_SECONDS = OptionalLong.of(1_710_197_599);

  private SampleItems() {}

  public static Catalog catalog() {
    return CatalogLoader.loadBundled();
  }

  /** The keys of a batch. */
  public static List<ItemKey> keys() {
    List<ItemKey> keys = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      keys.add(new ItemKey("post", "p" + (10_000 + i)));
    }
    return keys;
  }

  public static Counters counters() {
    return counters(new SplittableRandom(SEED));
  }

  private static Counters counters(SplittableRandom random) {
    Group group = catalog().group("post").orElseThrow();
    Counters counters = new Counters(group);
    for (int event = 0; event < EVENTS; event++) {
      counters.add(
          event % group.measures().size(), 1, NOW_MILLIS - (long) (random.nextDouble() * 100_000));
    }
    return counters;
  }

  public static Map<String, AttributeValue> item(ItemFormat format) {
    return ItemCodec.encode(keys().get(0).key(), counters(), EXPIRES_AT_SECONDS, format);
  }

  /** The body of BatchGetItem's answer. */
  public static byte[] batch(ItemFormat format) {
    SplittableRandom random = new SplittableRandom(SEED);
    ItemJson json = new ItemJson(format);
    return keys().stream()
        .map(key -> json.encode(key.key(), counters(random), EXPIRES_AT_SECONDS))
        .map(item -> new String(item, UTF_8))
        .collect(joining(",", "{\"Responses\":{\"Counters\":[", "]},\"UnprocessedKeys\":{}}"))
        .getBytes(UTF_8);
  }
}
