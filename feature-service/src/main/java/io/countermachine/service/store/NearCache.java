package io.countermachine.service.store;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.countermachine.catalog.Group;
import io.countermachine.item.ItemKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;

/**
 * Copies of stored items in front of a store. Raw counters stay right under decay, so a copy lacks
 * only what was written after it was asked for.
 *
 * <p>What is absent is remembered too, what failed is not. Concurrent requests for a key that is
 * not here share one read.
 */
final class NearCache implements CounterStore {
  /** About what a copy takes besides its values: key, entry, future, result, counters. */
  private static final int COPY_BYTES = 400;

  private static final int ROW_BYTES = 24;

  private final CounterStore store;
  private final long maxAgeNanos;
  private final KeySources sources;
  private final ConcurrentMap<ItemKey, CompletableFuture<ReadResult>> copies;

  NearCache(CounterStore store, CacheProperties properties, KeySources sources) {
    this.store = store;
    this.maxAgeNanos = properties.maxAge().toNanos();
    this.sources = sources;
    AsyncCache<ItemKey, ReadResult> cache =
        Caffeine.newBuilder()
            .weigher(NearCache::bytes)
            .maximumWeight(properties.maxBytes().toBytes())
            .expireAfterWrite(properties.maxAge())
            .executor(Runnable::run)
            .buildAsync();
    this.copies = cache.asMap();
  }

  private static int bytes(ItemKey key, ReadResult copy) {
    int bytes = COPY_BYTES + key.key().length();
    if (copy.item() != null) {
      Group group = copy.item().counters().group();
      for (int measure = 0; measure < group.measures().size(); measure++) {
        if (copy.item().counters().happened(measure)) {
          bytes += ROW_BYTES + Double.BYTES * group.intervals().size();
        }
      }
    }
    return bytes;
  }

  @Override
  public void read(List<ItemKey> keys, ReadListener listener) {
    long now = System.nanoTime();
    int cached = 0;
    List<ItemKey> missing = new ArrayList<>();
    List<CompletableFuture<ReadResult>> loads = new ArrayList<>();
    int[] indexes = new int[keys.size()];
    for (int i = 0; i < indexes.length; i++) {
      ItemKey key = keys.get(i);
      CompletableFuture<ReadResult> copy = copies.get(key);
      ReadResult result = copy == null ? null : copy.getNow(null);
      if (result != null && now - result.askedAtNanos() <= maxAgeNanos) {
        cached++;
        listener.onResult(i, result);
        continue;
      }
      CompletableFuture<ReadResult> load = new CompletableFuture<>();
      if (result != null ? copies.replace(key, copy, load) : claim(key, load, copy)) {
        indexes[missing.size()] = i;
        missing.add(key);
        loads.add(load);
      } else {
        share(key, i, listener);
      }
    }
    sources.count(cached, missing.size(), keys.size() - cached - missing.size());
    if (!missing.isEmpty()) {
      load(missing, loads, Arrays.copyOf(indexes, missing.size()), listener);
    }
  }

  private boolean claim(
      ItemKey key, CompletableFuture<ReadResult> load, CompletableFuture<ReadResult> current) {
    return current == null && copies.putIfAbsent(key, load) == null;
  }

  /** Waits for another request's read; where that is gone meanwhile, reads. */
  private void share(ItemKey key, int index, ReadListener listener) {
    CompletableFuture<ReadResult> other = copies.get(key);
    if (other == null) {
      store.read(List.of(key), (only, result) -> listener.onResult(index, result));
      return;
    }
    CompletableFuture<Void> unused = other.thenAccept(result -> listener.onResult(index, result));
  }

  private void load(
      List<ItemKey> keys,
      List<CompletableFuture<ReadResult>> loads,
      int[] indexes,
      ReadListener listener) {
    store.read(
        keys,
        (i, result) -> {
          CompletableFuture<ReadResult> load = loads.get(i);
          if (result.failed()) {
            copies.remove(keys.get(i), load);
          }
          load.complete(result);
          listener.onResult(indexes[i], result);
        });
  }

  @Override
  public void check() {
    store.check();
  }
}
