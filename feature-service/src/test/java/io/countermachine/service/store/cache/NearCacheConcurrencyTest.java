package io.countermachine.service.store.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.item.ItemKey;
import io.countermachine.item.StoredItem;
import io.countermachine.measure.Counters;
import io.countermachine.service.TestCatalog;
import io.countermachine.service.TestItems;
import io.countermachine.service.store.CounterStore;
import io.countermachine.service.store.ReadListener;
import io.countermachine.service.store.ReadResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

/** Many threads request a few keys from a store that occasionally fails in every possible way. */
class NearCacheConcurrencyTest {
  private static final Catalog CATALOG = CatalogLoader.parse("test.yaml", TestCatalog.YAML);
  private static final Group USERS = CATALOG.group("user").orElseThrow();
  private static final Duration MAX_AGE = Duration.ofMinutes(10);
  private static final int KEYS = 6;
  private static final int ASKERS = 8;
  private static final int QUESTIONS = 2_000;
  private static final List<ItemKey> ALL =
      IntStream.range(0, KEYS).mapToObj(i -> new ItemKey("user", Integer.toString(i))).toList();

  private final ExecutorService askers = Executors.newFixedThreadPool(ASKERS);
  private final RandomStore store = new RandomStore();
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicInteger cached = new AtomicInteger();
  private final AtomicInteger shared = new AtomicInteger();

  /**
   * Responds at once or from other threads. Half of the keys can fail, and sometimes it throws
   * before or after responding to some keys. The item of a key has as many views as its number.
   * Results are reported as so old that copies can be used only for a moment.
   */
  private final class RandomStore implements CounterStore {
    private final ExecutorService threads = Executors.newFixedThreadPool(3);
    private final AtomicIntegerArray loading = new AtomicIntegerArray(KEYS);

    /**
     * When each failed read had been delivered completely. Its result carries its number, from 1.
     */
    private final List<AtomicLong> ends = new ArrayList<>();

    private volatile boolean healthy;

    @Override
    public void read(List<ItemKey> keys, ReadListener listener) {
      Random random = ThreadLocalRandom.current();
      for (ItemKey key : keys) {
        if (loading.incrementAndGet(numberOf(key)) > 1) {
          faults.add("two reads of " + key + " at once");
        }
      }
      int here = healthy ? 0 : random.nextInt(4) == 0 ? random.nextInt(keys.size() + 1) : 0;
      boolean throwing = !healthy && random.nextInt(8) == 0;
      for (int i = 0; i < here; i++) {
        answer(keys, i, listener);
      }
      if (throwing) {
        for (int i = here; i < keys.size(); i++) {
          loading.decrementAndGet(numberOf(keys.get(i)));
        }
        throw new IllegalStateException("the store throws");
      }
      for (int i = here; i < keys.size(); i++) {
        int index = i;
        threads.execute(() -> answer(keys, index, listener));
      }
    }

    private void answer(List<ItemKey> keys, int index, ReadListener listener) {
      Random random = ThreadLocalRandom.current();
      int number = numberOf(keys.get(index));
      // Before the response, because a listener may ask again at once.
      loading.decrementAndGet(number);
      if (healthy || random.nextBoolean()) {
        long age = MAX_AGE.toNanos() - random.nextInt(1_000_000);
        listener.onResult(index, ReadResult.found(itemOf(number), System.nanoTime() - age));
        return;
      }
      AtomicLong end = new AtomicLong(Long.MAX_VALUE);
      int failure;
      synchronized (ends) {
        ends.add(end);
        failure = ends.size();
      }
      listener.onResult(index, new ReadResult(null, true, false, failure));
      end.set(System.nanoTime());
    }

    /** Returns true if a failed read was over before an instant. */
    boolean endedBefore(ReadResult failed, long nanos) {
      synchronized (ends) {
        return failed.askedAtNanos() > 0 && ends.get((int) failed.askedAtNanos() - 1).get() < nanos;
      }
    }

    @Override
    public void check() {
      // Always available.
    }
  }

  private static int numberOf(ItemKey key) {
    return Integer.parseInt(key.key());
  }

  private static StoredItem itemOf(int number) {
    Counters counters = new Counters(USERS.schema());
    counters.add(0, number, 0);
    return TestItems.of(counters, OptionalLong.empty());
  }

  private NearCache cache() {
    return new NearCache(
        store,
        CATALOG,
        new CacheProperties(MAX_AGE, DataSize.ofMegabytes(1), 1, Duration.ZERO),
        MAX_AGE,
        (fromCache, read, fromOthers) -> {
          cached.addAndGet(fromCache);
          shared.addAndGet(fromOthers);
        });
  }

  /** Reads some keys, and checks the results. */
  private void ask(NearCache cache, Random random) throws InterruptedException {
    List<ItemKey> keys = ALL.stream().filter(key -> random.nextBoolean()).toList();
    AtomicIntegerArray told = new AtomicIntegerArray(keys.size());
    CountDownLatch all = new CountDownLatch(keys.size());
    long begin = System.nanoTime();
    cache.read(
        keys,
        (index, result) -> {
          if (told.incrementAndGet(index) > 1) {
            faults.add("told twice of " + keys.get(index));
          }
          check(keys.get(index), result, begin);
          all.countDown();
        });
    if (!all.await(20, TimeUnit.SECONDS)) {
      faults.add("not told of " + all.getCount() + " of " + keys);
    }
  }

  private void check(ItemKey key, ReadResult result, long begin) {
    if (result.failed()) {
      failures.incrementAndGet();
      if (store.endedBefore(result, begin)) {
        faults.add("a failure of " + key + " was kept");
      }
    } else if (result.item() == null || result.item().values().stored(0, 0) != numberOf(key)) {
      faults.add("a wrong item for " + key + ": " + result);
    }
  }

  @AfterEach
  void stop() {
    askers.shutdownNow();
    store.threads.shutdownNow();
  }

  @Test
  void everyAsker_isAnsweredOnce_rightOrFailed_byOneReadOfAKeyAtATime() throws Exception {
    NearCache cache = cache();
    List<Callable<Void>> work = new ArrayList<>();
    for (int asker = 0; asker < ASKERS; asker++) {
      long seed = asker;
      work.add(
          () -> {
            Random random = new Random(seed);
            for (int i = 0; i < QUESTIONS; i++) {
              ask(cache, random);
            }
            return null;
          });
    }
    for (Future<Void> done : askers.invokeAll(work)) {
      done.get();
    }
    assertThat(faults).isEmpty();
    assertThat(List.of(failures.get(), cached.get(), shared.get()))
        .as("failures, copies and shared reads have occurred")
        .allMatch(count -> count > 100);

    store.healthy = true;
    int before = failures.get();
    ask(cache, new Random(99));
    assertThat(failures).hasValue(before);
    assertThat(faults).isEmpty();
  }
}
