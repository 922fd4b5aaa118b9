package io.countermachine.service.store.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.item.ItemKey;
import io.countermachine.measure.Counters;
import io.countermachine.service.TestCatalog;
import io.countermachine.service.TestItems;
import io.countermachine.service.store.CounterStore;
import io.countermachine.service.store.KeySourceListener;
import io.countermachine.service.store.ReadListener;
import io.countermachine.service.store.ReadResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class NearCacheTest {
  private static final Catalog CATALOG = CatalogLoader.parse("test.yaml", TestCatalog.YAML);
  private static final ItemKey A = new ItemKey("user", "a");
  private static final ItemKey B = new ItemKey("user", "b");
  private static final ItemKey C = new ItemKey("user", "c");
  private static final Duration HALF_A_MINUTE = Duration.ofSeconds(30);
  private static final Duration LONG = Duration.ofMinutes(10);

  /** A store that responds when a test says so. */
  private static final class SlowStore implements CounterStore {
    private record Asked(List<ItemKey> keys, ReadListener listener) {}

    private final List<Asked> asked = new ArrayList<>();

    @Override
    public void read(List<ItemKey> keys, ReadListener listener) {
      asked.add(new Asked(List.copyOf(keys), listener));
    }

    /** Responds to a call for every key. */
    void answer(int call, ReadResult result) {
      for (int i = 0; i < asked.get(call).keys().size(); i++) {
        asked.get(call).listener().onResult(i, result);
      }
    }

    List<List<ItemKey>> keys() {
      return asked.stream().map(Asked::keys).toList();
    }

    @Override
    public void check() {
      // Always available.
    }
  }

  private final SlowStore store = new SlowStore();
  private final int[] sources = new int[3];
  private int refreshed;

  private NearCache cache(Duration maxAge, DataSize maxBytes) {
    return cache(store, maxAge, maxBytes, LONG);
  }

  private NearCache cache(
      CounterStore store, Duration maxAge, DataSize maxBytes, Duration shareFor) {
    return new NearCache(store, CATALOG, properties(maxAge, maxBytes), shareFor, sources());
  }

  /** Properties without refreshing and without stale copies. */
  private static CacheProperties properties(Duration maxAge, DataSize maxBytes) {
    return new CacheProperties(maxAge, maxBytes, 1, Duration.ZERO);
  }

  private NearCache cache(double refreshAt, Duration staleIfError) {
    return new NearCache(
        store,
        CATALOG,
        new CacheProperties(HALF_A_MINUTE, DataSize.ofMegabytes(1), refreshAt, staleIfError),
        LONG,
        sources());
  }

  private KeySourceListener sources() {
    return new KeySourceListener() {
      @Override
      public void count(int cached, int read, int shared) {
        sources[0] += cached;
        sources[1] += read;
        sources[2] += shared;
      }

      @Override
      public void refreshed(int keys) {
        refreshed += keys;
      }
    };
  }

  private static Map<Integer, ReadResult> read(NearCache cache, ItemKey... keys) {
    Map<Integer, ReadResult> results = new HashMap<>();
    cache.read(List.of(keys), (index, result) -> assertThat(results.put(index, result)).isNull());
    return results;
  }

  private static ReadResult item() {
    return item(Duration.ZERO);
  }

  private static ReadResult item(Duration age) {
    Counters counters = new Counters(CATALOG.group("user").orElseThrow().schema());
    counters.add(0, 1, 0);
    return ReadResult.found(
        TestItems.of(counters, OptionalLong.empty()), System.nanoTime() - age.toNanos());
  }

  private static void assertCopies(Map<Integer, ReadResult> results, ReadResult... expected) {
    assertThat(results).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(CacheEntriesTest.text(results.get(i)))
          .isEqualTo(CacheEntriesTest.text(expected[i]));
    }
  }

  @Test
  void copy_isUsedWithoutTheStore() {
    NearCache cache = cache(LONG, DataSize.ofMegabytes(1));
    ReadResult stored = item();
    Map<Integer, ReadResult> first = read(cache, A);
    store.answer(0, stored);
    assertThat(first).containsOnly(Map.entry(0, stored));
    assertCopies(read(cache, A), stored);
    assertThat(store.keys()).containsExactly(List.of(A));
    assertThat(sources).containsExactly(1, 1, 0);
  }

  @Test
  void absentKey_isRemembered() {
    NearCache cache = cache(LONG, DataSize.ofMegabytes(1));
    read(cache, A);
    store.answer(0, ReadResult.absent(System.nanoTime()));
    assertThat(read(cache, A).get(0).item()).isNull();
    assertThat(store.keys()).hasSize(1);
  }

  @Test
  void failure_isNotRemembered() {
    NearCache cache = cache(LONG, DataSize.ofMegabytes(1));
    Map<Integer, ReadResult> first = read(cache, A);
    store.answer(0, ReadResult.FAILED);
    assertThat(first.get(0).failed()).isTrue();
    Map<Integer, ReadResult> second = read(cache, A);
    assertThat(second).isEmpty();
    ReadResult stored = item();
    store.answer(1, stored);
    assertThat(second.get(0)).isEqualTo(stored);
  }

  @Test
  void concurrentMissesOfAKey_shareOneRead() {
    NearCache cache = cache(LONG, DataSize.ofMegabytes(1));
    Map<Integer, ReadResult> first = read(cache, A);
    Map<Integer, ReadResult> second = read(cache, B, A);
    assertThat(store.keys()).containsExactly(List.of(A), List.of(B));
    ReadResult stored = item();
    store.answer(0, stored);
    assertThat(first).containsOnly(Map.entry(0, stored));
    assertThat(second).containsOnly(Map.entry(1, stored));
    store.answer(1, ReadResult.absent(System.nanoTime()));
    assertThat(second).hasSize(2);
    assertThat(sources).containsExactly(0, 2, 1);
  }

  @Test
  void copyThatIsTooOld_isReadAgain_countedFromWhenTheStoreWasAsked() {
    NearCache cache = cache(Duration.ofSeconds(30), DataSize.ofMegabytes(1));
    read(cache, A);
    long longAgo = System.nanoTime() - Duration.ofSeconds(31).toNanos();
    store.answer(0, ReadResult.absent(longAgo));
    read(cache, A);
    assertThat(store.keys()).hasSize(2);
    store.answer(1, ReadResult.absent(System.nanoTime()));
    read(cache, A);
    assertThat(store.keys()).hasSize(2);
  }

  @Test
  void copyInUse_isReadAgainInTheBackground_beforeItIsTooOld() {
    NearCache cache = cache(0.5, Duration.ZERO);
    ReadResult old = item(Duration.ofSeconds(16));
    read(cache, A);
    store.answer(0, old);
    assertCopies(read(cache, A), old);
    assertCopies(read(cache, A), old);
    assertThat(store.keys()).as("once, and nobody waits").containsExactly(List.of(A), List.of(A));
    ReadResult fresh = item();
    store.answer(1, fresh);
    assertCopies(read(cache, A), fresh);
    assertThat(store.keys()).hasSize(2);
    assertThat(refreshed).isEqualTo(1);
    assertThat(sources).containsExactly(3, 1, 0);
  }

  @Test
  void copyThatIsYoung_isNotReadAgain() {
    NearCache cache = cache(0.5, Duration.ZERO);
    read(cache, A);
    store.answer(0, item(Duration.ofSeconds(10)));
    read(cache, A);
    assertThat(store.keys()).hasSize(1);
  }

  @Test
  void oldCopy_takesThePlaceOfAFailedRead_asStale() {
    NearCache cache = cache(1, Duration.ofHours(1));
    ReadResult old = item(Duration.ofSeconds(31));
    read(cache, A);
    store.answer(0, old);
    Map<Integer, ReadResult> results = read(cache, A);
    assertThat(results).as("the store is asked before").isEmpty();
    assertCopies(Map.of(0, cache.fallback(A)), old);
    assertThat(cache.fallback(A).stale()).isTrue();
    store.answer(1, ReadResult.FAILED);
    assertThat(results).containsOnly(Map.entry(0, ReadResult.FAILED));
    assertThat(cache.fallback(A).stale()).isTrue();
    assertThat(cache.fallback(B)).isEqualTo(ReadResult.FAILED);
  }

  @Test
  void storeThatHasFailedForAKey_isNotWaitedFor_andAskedAgainInTheBackground() {
    NearCache cache = cache(1, Duration.ofHours(1));
    ReadResult old = item(Duration.ofSeconds(31));
    read(cache, A);
    store.answer(0, old);
    read(cache, A);
    store.answer(1, ReadResult.FAILED);
    Map<Integer, ReadResult> results = read(cache, A);
    assertCopies(results, old);
    assertThat(results.get(0).stale()).isTrue();
    assertThat(store.keys()).hasSize(3);
    ReadResult fresh = item();
    store.answer(2, fresh);
    results = read(cache, A);
    assertCopies(results, fresh);
    assertThat(results.get(0).stale()).isFalse();
    assertThat(cache.fallback(A).stale()).isFalse();
    assertThat(store.keys()).hasSize(3);
  }

  @Test
  void copyThatIsTooOldEvenForAFailure_isNotUsed() {
    NearCache cache = cache(1, Duration.ofMinutes(1));
    read(cache, A);
    store.answer(0, item(Duration.ofSeconds(61)));
    read(cache, A);
    store.answer(1, ReadResult.FAILED);
    assertThat(cache.fallback(A)).isEqualTo(ReadResult.FAILED);
    assertThat(read(cache, A)).isEmpty();
  }

  @Test
  void cache_holdsNoMoreThanItsBytes() {
    NearCache cache = cache(LONG, DataSize.ofKilobytes(10));
    List<ItemKey> keys =
        IntStream.range(0, 1_000).mapToObj(i -> new ItemKey("user", "u" + i)).toList();
    cache.read(keys, (index, result) -> {});
    store.answer(0, ReadResult.absent(System.nanoTime()));
    cache.read(keys, (index, result) -> {});
    // Objects of 56 and 32 bytes for the cache, 24 and 24 for the key, arrays of 24 and 32 for its
    // text and the copy (8 + 8 + 1): 200. The tables add a little, so between 40 and 53 entries
    // fit.
    assertThat(sources[0]).isBetween(40, 10 * 1024 / 200);
    assertThat(sources[1]).isEqualTo(2_000 - sources[0]);
  }

  @Test
  void readThatHangs_isNotSharedForLong() {
    NearCache cache = cache(store, LONG, DataSize.ofMegabytes(1), Duration.ZERO);
    Map<Integer, ReadResult> first = read(cache, A);
    Map<Integer, ReadResult> second = read(cache, A);
    assertThat(store.keys()).containsExactly(List.of(A), List.of(A));
    ReadResult stored = item();
    store.answer(1, stored);
    assertThat(second).containsOnly(Map.entry(0, stored));
    assertThat(first).isEmpty();
    // A late result goes only to the requests that waited for it.
    store.answer(0, ReadResult.FAILED);
    assertThat(first).containsOnly(Map.entry(0, ReadResult.FAILED));
    assertCopies(read(cache, A), stored);
    assertThat(sources).containsExactly(1, 2, 0);
  }

  @Test
  void read_isNotShared_whenItsCopyWouldBeTooOld() {
    NearCache cache = cache(store, Duration.ofNanos(1), DataSize.ofMegabytes(1), LONG);
    read(cache, A);
    read(cache, A);
    assertThat(store.keys()).hasSize(2);
  }

  @Test
  void storeThatThrows_failsTheKeysItHasNotAnswered_andIsAskedAgain() {
    ReadResult stored = item();
    boolean[] fails = {true};
    List<List<ItemKey>> asked = new ArrayList<>();
    CounterStore throwing =
        new CounterStore() {
          @Override
          public void read(List<ItemKey> keys, ReadListener listener) {
            asked.add(List.copyOf(keys));
            listener.onResult(0, stored);
            if (fails[0]) {
              throw new IllegalStateException("the client is closed");
            }
          }

          @Override
          public void check() {
            // Always available.
          }
        };
    NearCache cache = cache(throwing, LONG, DataSize.ofMegabytes(1), LONG);
    assertThat(read(cache, A, B))
        .containsOnly(Map.entry(0, stored), Map.entry(1, ReadResult.FAILED));
    fails[0] = false;
    assertCopies(read(cache, A, B), stored, stored);
    assertThat(asked).containsExactly(List.of(A, B), List.of(B));
  }

  @Test
  void listenerThatThrows_isToldOfTheOtherKeys_andSpoilsNothingForOthers() {
    NearCache cache = cache(LONG, DataSize.ofMegabytes(1));
    read(cache, A);
    store.answer(0, item());
    // One cached key, one missing key, and one that another request is loading.
    read(cache, C);
    List<Integer> told = new ArrayList<>();
    cache.read(
        List.of(A, B, C),
        (index, result) -> {
          told.add(index);
          throw new IllegalStateException("a listener's fault");
        });
    Map<Integer, ReadResult> other = read(cache, B, C);
    store.answer(1, item());
    store.answer(2, item());
    assertThat(told).containsExactlyInAnyOrder(0, 1, 2);
    assertThat(other).containsOnlyKeys(0, 1);
    assertThat(store.keys()).containsExactly(List.of(A), List.of(C), List.of(B));
  }
}
