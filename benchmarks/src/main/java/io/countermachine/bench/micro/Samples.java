package io.countermachine.bench.micro;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import io.countermachine.bench.pipeline.BenchCatalog;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.item.ItemJson;
import io.countermachine.item.ItemKey;
import io.countermachine.measure.Counters;
import io.countermachine.measure.ItemValues;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** The inputs of the microbenchmarks, all for the catalog of six groups. */
final class Samples {
  static final Catalog CATALOG = BenchCatalog.SIX_GROUPS.catalog();
  static final long NOW_MILLIS = 1_707_605_599_000L;
  static final OptionalLong EXPIRES_AT_SECONDS = OptionalLong.of(1_710_197_599);

  /** The posts of a batch, as many as DynamoDB reads in one call. */
  static final List<ItemKey> POSTS =
      IntStream.range(10_000, 10_100)
          .mapToObj(number -> new ItemKey("post", "p" + number))
          .toList();

  private static final long SEED = 20260101;
  private static final int EVENTS = 20;
  private static final int SPREAD_MILLIS = 100_000;

  private Samples() {}

  static Group group(String name) {
    return CATALOG.group(name).orElseThrow();
  }

  /** An event as it comes from Kafka. */
  static byte[] event() {
    return event("like");
  }

  /** The same event, whose first text has an escape. */
  static byte[] escapedEvent() {
    return event("\\u006cike");
  }

  private static byte[] event(String name) {
    return ("{\"eventName\":\"%s\",\"userId\":\"u12345\",\"postId\":\"p54321\",\"creatorId\":\"c5432\","
            + "\"categoryId\":\"t21\",\"eventTs\":1707605599}")
        .formatted(name)
        .getBytes(UTF_8);
  }

  /** The counters of a post with every measure. */
  static Counters post() {
    return post(new SplittableRandom(SEED));
  }

  private static Counters post(SplittableRandom random) {
    Counters counters = new Counters(group("post").schema());
    for (int event = 0; event < EVENTS; event++) {
      int measure = event % counters.schema().measures().size();
      counters.add(measure, 1, NOW_MILLIS - (long) (random.nextDouble() * SPREAD_MILLIS));
    }
    return counters;
  }

  /** The content of the item for a post's counters. */
  static ItemValues values(Counters post) {
    return ItemValues.of(group("post").itemSchema(), post);
  }

  /** The body of BatchGetItem's response with all posts. */
  static byte[] batch(ItemFormat format) {
    SplittableRandom random = new SplittableRandom(SEED);
    ItemJson json = new ItemJson(format);
    return POSTS.stream()
        .map(
            key ->
                new String(json.encode(key.key(), values(post(random)), EXPIRES_AT_SECONDS), UTF_8))
        .collect(joining(",", "{\"Responses\":{\"Counters\":[", "]},\"UnprocessedKeys\":{}}"))
        .getBytes(UTF_8);
  }
}
