package io.countermachine.service.store;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.countermachine.catalog.Group;
import io.countermachine.item.ItemKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;

/**
 * Copies of stored items in front of a store. Raw counters stay right under decay, so a copy lacks
 * only what was written after it was asked for.
 *
 * <p>What is absent is remembered too, what failed is not. Concurrent requests for a key that is
 * not here share one read while that is young: one that hangs is replaced, not waited for.
 */
final class NearCache implements CounterStore {
  /** About what a copy takes besides its values: key, entry, future, result, counters. */
  private static final int COPY_BYTES = 400;

  private static final int ROW_BYTES = 24;

  private final CounterStore store;
  private final long maxAgeNanos;
  private final long shareNanos;
  private final KeySources sources;
  private final FailureLog failures = new FailureLog();
  private final ConcurrentMap<ItemKey, CompletableFuture<ReadResult>> copies;

  /** A copy that is being read. */
  private static final class Load extends CompletableFuture<ReadResult> {
    private final long beganNanos;

    Load(long beganNanos) {
      this.beganNanos = beganNanos;
    }
  }

  /**
   * Creates a cache.
   *
   * @param shareFor how long after a read began requests still wait for it
   */
  NearCache(CounterStore store, CacheProperties properties, Duration shareFor, KeySources sources) {
    this.store = store;
    this.maxAgeNanos = properties.maxAge().toNanos();
    // What an older read gives would be too old a copy.
    this.shareNanos = Math.min(shareFor.toNanos(), maxAgeNanos);
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
    ReadListener guarded = new GuardedListener(listener, failures);
    long now = System.nanoTime();
    int cached = 0;
    List<ItemKey> missing = new ArrayList<>();
    List<Load> loads = new ArrayList<>();
    int[] indexes = new int[keys.size()];
    for (int i = 0; i < indexes.length; i++) {
      ItemKey key = keys.get(i);
      CompletableFuture<ReadResult> copy = copies.get(key);
      Load load = null;
      while (load == null && !serves(copy, now)) {
        load = claim(key, copy, now);
        copy = load == null ? copies.get(key) : load;
      }
      if (load != null) {
        indexes[missing.size()] = i;
        missing.add(key);
        loads.add(load);
      } else if (copy.isDone()) {
        cached++;
        guarded.onResult(i, copy.join());
      } else {
        int index = i;
        CompletableFuture<Void> unused = copy.thenAccept(result -> guarded.onResult(index, result));
      }
    }
    sources.count(cached, missing.size(), keys.size() - cached - missing.size());
    if (!missing.isEmpty()) {
      load(missing, loads, indexes, guarded);
    }
  }

  /** Whether a request that began at an instant may use a copy, or wait for one that is loading. */
  private boolean serves(CompletableFuture<ReadResult> copy, long now) {
    if (copy == null) {
      return false;
    }
    ReadResult result = copy.getNow(null);
    return result == null
        ? now - ((Load) copy).beganNanos <= shareNanos
        : !result.failed() && now - result.askedAtNanos() <= maxAgeNanos;
  }

  /** Puts a new load in place of what was there; null where another request has been faster. */
  private Load claim(ItemKey key, CompletableFuture<ReadResult> there, long now) {
    Load load = new Load(now);
    boolean claimed =
        there == null ? copies.putIfAbsent(key, load) == null : copies.replace(key, there, load);
    return claimed ? load : null;
  }

  private void load(List<ItemKey> keys, List<Load> loads, int[] indexes, ReadListener listener) {
    try {
      store.read(keys, (i, result) -> end(keys.get(i), loads.get(i), result, indexes[i], listener));
    } catch (RuntimeException | Error failure) {
      // A load that stayed open would leave its key without an answer for ever.
      for (int i = 0; i < loads.size(); i++) {
        end(keys.get(i), loads.get(i), ReadResult.FAILED, indexes[i], listener);
      }
      failures.warn("a read of counters", failure);
    }
  }

  private void end(ItemKey key, Load load, ReadResult result, int index, ReadListener listener) {
    if (result.failed() && !load.isDone()) {
      copies.remove(key, load);
    }
    if (load.complete(result)) {
      listener.onResult(index, result);
    }
  }

  @Override
  public void check() {
    store.check();
  }
}
