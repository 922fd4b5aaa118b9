package io.countermachine.service.store.cache;

import io.countermachine.catalog.Catalog;
import io.countermachine.item.ItemKey;
import io.countermachine.service.store.CounterStore;
import io.countermachine.service.store.GuardedListener;
import io.countermachine.service.store.KeySourceListener;
import io.countermachine.service.store.ReadFailureLog;
import io.countermachine.service.store.ReadListener;
import io.countermachine.service.store.ReadResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Caches stored items in front of a store. Raw counters stay valid under decay, so a copy lacks
 * only what was written after the read.
 *
 * <p>The absence of an item is cached, too; a failure is not. Concurrent requests for a key that is
 * not cached share one read while that read is young. A read that hangs is replaced, not waited
 * for.
 *
 * <p>A copy in use is read again in the background before it is too old, so that no request waits
 * for a popular key. Copies are kept for longer than requests normally use them: if the store
 * fails, requests get them, marked as stale, and do not wait for the store until it responds again.
 */
public final class NearCache implements CounterStore {
  /** The maximum duration of a read, as a multiple of the time during which it is shared. */
  private static final int LONGEST_READ = 4;

  private final CounterStore store;
  private final long shareNanos;
  private final KeySourceListener sources;
  private final ReadFailureLog failures = new ReadFailureLog();
  private final CacheEntries entries;
  private final ConcurrentMap<ItemKey, Load> loads = new ConcurrentHashMap<>();

  /** A read in flight that requests share. */
  private static final class Load extends CompletableFuture<ReadResult> {
    private final long beganNanos;

    Load(long beganNanos) {
      this.beganNanos = beganNanos;
    }
  }

  /**
   * Creates a cache.
   *
   * @param catalog the catalog whose groups' items are cached
   * @param shareFor how long after a read began requests still wait for it
   */
  public NearCache(
      CounterStore store,
      Catalog catalog,
      CacheProperties properties,
      Duration shareFor,
      KeySourceListener sources) {
    this.store = store;
    // The result of an older read would already be too old as a copy.
    this.shareNanos = Math.min(shareFor.toNanos(), properties.maxAge().toNanos());
    this.sources = sources;
    // Long enough for the next read to fail as well.
    Duration failing = shareFor.multipliedBy(LONGEST_READ);
    this.entries =
        new CacheEntries(
            catalog,
            properties,
            failing.compareTo(properties.maxAge()) > 0 ? failing : properties.maxAge());
  }

  @Override
  public void read(List<ItemKey> keys, ReadListener listener) {
    ReadListener guarded = new GuardedListener(listener, failures);
    long now = System.nanoTime();
    int cached = 0;
    Loads missing = new Loads(keys.size());
    Loads due = null;
    for (int i = 0; i < keys.size(); i++) {
      ItemKey key = keys.get(i);
      ReadResult copy = entries.find(key, now);
      if (copy != null) {
        cached++;
        if (copy.stale() || entries.isDue(copy, now)) {
          due = due == null ? new Loads(keys.size() - i) : due;
          Load unused = due.begin(key, i, now);
        }
        guarded.onResult(i, copy);
        continue;
      }
      Load current = missing.begin(key, i, now);
      if (current != null) {
        int index = i;
        CompletableFuture<Void> unused =
            current.thenAccept(result -> guarded.onResult(index, result));
      }
    }
    int read = missing.keys.size();
    sources.count(cached, read, keys.size() - cached - read);
    missing.read(guarded);
    if (due != null) {
      sources.refreshed(due.keys.size());
      // No request waits for these, so nothing listens.
      due.read((index, result) -> {});
    }
  }

  @Override
  public ReadResult fallback(ItemKey key) {
    ReadResult copy = entries.findOnFailure(key, System.nanoTime());
    return copy == null ? ReadResult.FAILED : copy;
  }

  /** The keys that a request reads itself. */
  private final class Loads {
    private final List<ItemKey> keys = new ArrayList<>();
    private final List<Load> own = new ArrayList<>();
    private final int[] indexes;

    Loads(int most) {
      this.indexes = new int[most];
    }

    /**
     * Adds a key, unless a read of it is already in flight.
     *
     * @return the read in flight, or null if the key was added
     */
    Load begin(ItemKey key, int index, long now) {
      Load load = new Load(now);
      Load current = loads.compute(key, (k, there) -> isYoung(there, now) ? there : load);
      if (current != load) {
        return current;
      }
      indexes[keys.size()] = index;
      keys.add(key);
      own.add(load);
      return null;
    }

    void read(ReadListener listener) {
      if (!keys.isEmpty()) {
        load(keys, own, indexes, listener);
      }
    }
  }

  /** Returns true if a request that began at the given time may wait for a load. */
  private boolean isYoung(Load load, long now) {
    return load != null && now - load.beganNanos <= shareNanos;
  }

  private void load(List<ItemKey> keys, List<Load> own, int[] indexes, ReadListener listener) {
    try {
      store.read(keys, (i, result) -> end(keys.get(i), own.get(i), result, indexes[i], listener));
    } catch (RuntimeException | Error failure) {
      // A load that is never completed would leave its key without a result for ever.
      for (int i = 0; i < own.size(); i++) {
        end(keys.get(i), own.get(i), ReadResult.FAILED, indexes[i], listener);
      }
      failures.warn("a read of counters", failure);
    }
  }

  private void end(ItemKey key, Load load, ReadResult result, int index, ReadListener listener) {
    // Atomically, so that a request always finds either the copy or the load, and so that a
    // replaced load, whose result is older than the cached or coming one, cannot complete in
    // between.
    loads.computeIfPresent(
        key,
        (k, current) -> {
          if (current != load) {
            return current;
          }
          if (result.failed()) {
            entries.failed(k, System.nanoTime());
          } else {
            entries.add(k, result);
          }
          return null;
        });
    if (load.complete(result)) {
      listener.onResult(index, result);
    }
  }

  @Override
  public void check() {
    store.check();
  }
}
