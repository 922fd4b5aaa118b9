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
 * Copies of stored items in front of a store. Raw counters stay right under decay, so a copy lacks
 * only what was written after it was asked for.
 *
 * <p>What is absent is remembered too, what failed is not. Concurrent requests for a key that is
 * not here share one read while that is young: one that hangs is replaced, not waited for.
 *
 * <p>A copy in use is read again in the background before it is too old, so that nobody waits for a
 * key that is asked for all the time. Copies stay for longer than requests use them: where the
 * store fails they take its place, as stale, and until it answers again requests do not wait for
 * it.
 */
public final class NearCache implements CounterStore {
  /** How many times as long as it is shared a read may take. */
  private static final int LONGEST_READ = 4;

  private final CounterStore store;
  private final long shareNanos;
  private final KeySourceListener sources;
  private final ReadFailureLog failures = new ReadFailureLog();
  private final CacheEntries entries;
  private final ConcurrentMap<ItemKey, Load> loads = new ConcurrentHashMap<>();

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
   * @param catalog whose groups' items are kept
   * @param shareFor how long after a read began requests still wait for it
   */
  public NearCache(
      CounterStore store,
      Catalog catalog,
      CacheProperties properties,
      Duration shareFor,
      KeySourceListener sources) {
    this.store = store;
    // What an older read gives would be too old a copy.
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
      // Nobody waits for these.
      due.read((index, result) -> {});
    }
  }

  @Override
  public ReadResult fallback(ItemKey key) {
    ReadResult copy = entries.findOnFailure(key, System.nanoTime());
    return copy == null ? ReadResult.FAILED : copy;
  }

  /** The keys of a request that it reads itself. */
  private final class Loads {
    private final List<ItemKey> keys = new ArrayList<>();
    private final List<Load> own = new ArrayList<>();
    private final int[] indexes;

    Loads(int most) {
      this.indexes = new int[most];
    }

    /**
     * Adds a key, unless it is being read already.
     *
     * @return the read that is under way, or null where the key was added
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

  /** Whether a request that began at an instant may wait for a load. */
  private boolean isYoung(Load load, long now) {
    return load != null && now - load.beganNanos <= shareNanos;
  }

  private void load(List<ItemKey> keys, List<Load> own, int[] indexes, ReadListener listener) {
    try {
      store.read(keys, (i, result) -> end(keys.get(i), own.get(i), result, indexes[i], listener));
    } catch (RuntimeException | Error failure) {
      // A load that stayed open would leave its key without an answer for ever.
      for (int i = 0; i < own.size(); i++) {
        end(keys.get(i), own.get(i), ReadResult.FAILED, indexes[i], listener);
      }
      failures.warn("a read of counters", failure);
    }
  }

  private void end(ItemKey key, Load load, ReadResult result, int index, ReadListener listener) {
    // In one step, so that a request finds the copy or the load, and that no load which was
    // replaced, and so is older than what is or will be here, ends in between.
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
