package io.countermachine.service.store.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.item.ItemKey;
import io.countermachine.item.StoredItem;
import io.countermachine.measure.Counters;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.ItemValues;
import io.countermachine.service.TestCatalog;
import io.countermachine.service.TestItems;
import io.countermachine.service.store.ReadResult;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class CacheEntriesTest {
  private static final Catalog CATALOG = CatalogLoader.parse("test.yaml", TestCatalog.YAML);
  private static final Duration LONG = Duration.ofMinutes(10);

  /** Has kinds of measures that {@link TestCatalog} does not have. */
  private static final Catalog EVERY_KIND =
      CatalogLoader.parse(
          "kinds.yaml",
          """
          events: {view: {}, spent: {value: ms}}
          groups:
            post:
              key: [postId]
              counts: [view]
              uniques: {viewers: {of: view, by: userId}}
              stats: {dwell: {of: spent, give: [mean, p50, min]}}
              histograms: {countries: {of: view, by: country}}
              lists: {recent: {of: view, fields: [userId, country]}}
              firsts: {created: {of: view, field: eventTs}}
              lasts: {device: {of: view, field: device}}
              intervals: [1h, lifetime, last_1m, session_30m]
          """);

  private static CacheEntries copies(DataSize maxBytes, Duration maxAge) {
    return new CacheEntries(
        CATALOG, new CacheProperties(maxAge, maxBytes, 1, Duration.ZERO), Duration.ZERO);
  }

  private static ItemKey randomKey(Random random, int keys) {
    Group group = CATALOG.groups().get(random.nextInt(CATALOG.groups().size()));
    // Keys of different lengths, some with characters of several bytes.
    int number = random.nextInt(keys);
    return new ItemKey(group.name(), "ü|".repeat(number % 5) + number);
  }

  /** A found item with some of the measures, or an absent one. */
  private static ReadResult random(ItemKey key, Random random) {
    long askedAt = System.nanoTime() - random.nextInt(1_000);
    if (random.nextInt(4) == 0) {
      return ReadResult.absent(askedAt);
    }
    Group group = CATALOG.group(key.group()).orElseThrow();
    ItemValues values =
        TestItems.random(
            group.itemSchema(),
            random.nextLong(),
            random,
            numbers -> numbers.nextInt(3) * numbers.nextGaussian());
    OptionalLong expiresAt =
        random.nextBoolean() ? OptionalLong.empty() : OptionalLong.of(random.nextLong());
    return ReadResult.found(new StoredItem(values, expiresAt), askedAt);
  }

  /** The whole content of a result. */
  static String text(ReadResult result) {
    if (result == null || result.item() == null) {
      return String.valueOf(result);
    }
    return result.askedAtNanos() + " " + result.failed() + " " + TestItems.describe(result.item());
  }

  @Test
  void copy_hasEveryPart_ofEveryKind() {
    CacheEntries copies =
        new CacheEntries(
            EVERY_KIND,
            new CacheProperties(LONG, DataSize.ofMegabytes(8), 1, Duration.ZERO),
            Duration.ZERO);
    ItemKey key = new ItemKey("post", "p");
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      ItemValues values =
          TestItems.random(
              EVERY_KIND.groups().get(0).itemSchema(),
              random.nextLong() >>> 1,
              random,
              Random::nextGaussian);
      ReadResult result =
          ReadResult.found(new StoredItem(values, OptionalLong.empty()), System.nanoTime());
      copies.add(key, result);
      assertThat(text(copies.find(key, System.nanoTime())))
          .as("seed %d", seed)
          .isEqualTo(text(result));
    }
  }

  @Test
  void copy_isTheNewestOfItsKey_inEveryPart() {
    CacheEntries copies = copies(DataSize.ofMegabytes(8), LONG);
    Map<ItemKey, ReadResult> newest = new HashMap<>();
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      ItemKey key = randomKey(random, 500);
      ReadResult found = copies.find(key, System.nanoTime());
      assertThat(text(found)).isEqualTo(text(newest.get(key)));
      ReadResult result = random(key, random);
      copies.add(key, result);
      newest.put(key, result);
    }
  }

  @Test
  void copiesBeyondTheBytes_makeRoom_andNoneIsEverWrong() {
    CacheEntries copies = copies(DataSize.ofKilobytes(64), LONG);
    Map<ItemKey, ReadResult> newest = new HashMap<>();
    Random random = new Random(2);
    int found = 0;
    int gone = 0;
    for (int i = 0; i < 50_000; i++) {
      ItemKey key = randomKey(random, 1_000);
      ReadResult copy = copies.find(key, System.nanoTime());
      if (copy != null) {
        assertThat(text(copy)).isEqualTo(text(newest.get(key)));
        found++;
      } else if (newest.containsKey(key)) {
        gone++;
      }
      ReadResult result = random(key, random);
      copies.add(key, result);
      newest.put(key, result);
    }
    assertThat(found).isGreaterThan(1_000);
    assertThat(gone).isGreaterThan(1_000);
  }

  @Test
  void copyThatIsTooOld_isNotThere_thoughAnOlderOneOfItsKeyIs() {
    CacheEntries copies = copies(DataSize.ofMegabytes(1), Duration.ofSeconds(1));
    ItemKey key = new ItemKey("user", "a");
    long now = System.nanoTime();
    copies.add(key, ReadResult.absent(now));
    assertThat(copies.find(key, now + 1_000_000_000L)).isEqualTo(ReadResult.absent(now));
    assertThat(copies.find(key, now + 1_000_000_001L)).isNull();
    copies.add(key, ReadResult.absent(now - 1_000_000_001L));
    assertThat(copies.find(key, now)).isNull();
  }

  /**
   * A copy is used for a second, or for a minute if the store failed. A failure counts for a
   * second.
   */
  @Test
  void failure_isRememberedForAWhile() {
    CacheEntries copies =
        new CacheEntries(
            CATALOG,
            new CacheProperties(
                Duration.ofSeconds(1), DataSize.ofMegabytes(1), 1, Duration.ofMinutes(1)),
            Duration.ofSeconds(1));
    ItemKey key = new ItemKey("user", "a");
    long second = 1_000_000_000L;
    long now = System.nanoTime();
    copies.failed(key, now);
    assertThat(copies.find(key, now)).isNull();
    copies.add(key, ReadResult.absent(now));
    assertThat(copies.find(key, now + 2 * second)).isNull();
    copies.failed(key, now + 2 * second);
    assertThat(copies.find(key, now + 3 * second)).isEqualTo(ReadResult.absent(now).asStale());
    assertThat(copies.find(key, now + 3 * second + 1)).isNull();
    assertThat(copies.findOnFailure(key, now + 60 * second))
        .isEqualTo(ReadResult.absent(now).asStale());
    assertThat(copies.findOnFailure(key, now + 60 * second + 1)).isNull();
    copies.failed(key, now + 60 * second);
    assertThat(copies.find(key, now + 60 * second + 1)).isNull();
  }

  @Test
  void sameKeyOfAnotherGroup_isAnotherKey() {
    CacheEntries copies = copies(DataSize.ofMegabytes(1), LONG);
    copies.add(new ItemKey("user", "a"), ReadResult.absent(System.nanoTime()));
    assertThat(copies.find(new ItemKey("post", "a"), System.nanoTime())).isNull();
  }

  @Test
  void keysThatHashAlike_areNotTakenForEachOther() {
    CacheEntries copies = copies(DataSize.ofMegabytes(1), LONG);
    // String.hashCode is 31 * first + second: 31 * 65 + 97 = 31 * 66 + 66.
    ItemKey one = new ItemKey("user", "Aa");
    ItemKey other = new ItemKey("user", "BB");
    long now = System.nanoTime();
    copies.add(one, ReadResult.absent(now - 1));
    assertThat(copies.find(other, now)).isNull();
    copies.add(other, ReadResult.absent(now - 2));
    assertThat(copies.find(one, now)).isEqualTo(ReadResult.absent(now - 1));
    assertThat(copies.find(other, now)).isEqualTo(ReadResult.absent(now - 2));
  }

  @Test
  void noMemory_keepsNothing() {
    CacheEntries copies = copies(DataSize.ofBytes(0), LONG);
    ItemKey key = new ItemKey("user", "a");
    copies.add(key, ReadResult.absent(System.nanoTime()));
    assertThat(copies.find(key, System.nanoTime())).isNull();
  }

  @Test
  void copyOfAKeyOfNoGroup_isNotKept() {
    CacheEntries copies = copies(DataSize.ofMegabytes(1), LONG);
    ItemKey key = new ItemKey("nobody", "a");
    copies.add(key, ReadResult.absent(System.nanoTime()));
    assertThat(copies.find(key, System.nanoTime())).isNull();
  }

  @Test
  void copiesOfItems_takeNoMoreThanTheBytes() {
    CacheEntries copies = copies(DataSize.ofKilobytes(100), LONG);
    Counters counters = new Counters(CATALOG.group("user").orElseThrow().schema());
    counters.add(0, 1, 0);
    StoredItem item = TestItems.of(counters, OptionalLong.empty());
    for (int i = 100; i < 1_100; i++) {
      copies.add(new ItemKey("user", "u" + i), ReadResult.found(item, System.nanoTime()));
    }
    int found = 0;
    for (int i = 100; i < 1_100; i++) {
      found += copies.find(new ItemKey("user", "u" + i), System.nanoTime()) == null ? 0 : 1;
    }
    // As in NearCacheTest, but with a copy of 8 + 8 + 1 + 8 + 2 + 2 + 2 * 8 = 45 bytes, an array of
    // 64: 224.
    assertThat(found).isBetween(350, 100 * 1024 / 224);
  }

  @Test
  void copiesOfEveryKind_takeNoMoreHeapThanTheBytes() {
    DataSize maxBytes = DataSize.ofMegabytes(16);
    ItemSchema schema = EVERY_KIND.groups().get(0).itemSchema();
    Random random = new Random(3);
    long before = usedHeap();
    CacheEntries copies =
        new CacheEntries(
            EVERY_KIND, new CacheProperties(LONG, maxBytes, 1, Duration.ZERO), Duration.ZERO);
    try {
      for (int i = 0; i < 30_000; i++) {
        ItemValues values =
            TestItems.random(schema, random.nextLong() >>> 1, random, Random::nextGaussian);
        copies.add(
            new ItemKey("post", "p" + i),
            ReadResult.found(new StoredItem(values, OptionalLong.of(i)), System.nanoTime()));
      }
      // Not much less either: the memory is there to be used. The rest of the JVM changes a little.
      assertThat(usedHeap() - before)
          .isBetween(maxBytes.toBytes() / 2, maxBytes.toBytes() + 1_000_000);
    } finally {
      Reference.reachabilityFence(copies);
    }
  }

  /** The bytes of all reachable objects: collected until another collection finds no more. */
  private static long usedHeap() {
    long used = Long.MAX_VALUE;
    while (true) {
      System.gc();
      long now = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
      if (now > used - 100_000) {
        return Math.min(now, used);
      }
      used = now;
    }
  }
}
