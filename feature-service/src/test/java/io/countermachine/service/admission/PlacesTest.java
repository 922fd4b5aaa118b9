package io.countermachine.service.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PlacesTest {
  private static final long LONG = Duration.ofMinutes(10).toNanos();

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicLong nanos = new AtomicLong(7);
  private final Places places = places(LONG);

  private Places places(long maxWaitNanos) {
    return new Places(() -> 4, maxWaitNanos, nanos::get);
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  /** Starts to take places, and returns once it waits in the queue. */
  private CompletableFuture<Boolean> waits(int wanted, int before) {
    int line = places.waiting();
    CompletableFuture<Boolean> taken =
        CompletableFuture.supplyAsync(() -> places.take(wanted, before, LONG), threads);
    while (places.waiting() == line) {
      assertThat(taken).isNotDone();
      Thread.onSpinWait();
    }
    return taken;
  }

  @Test
  void places_areTakenUpToTheLimit_andInAnOrderOfArrival() {
    assertThat(places.take(3, 0, LONG)).isTrue();
    assertThat(places.take(2, 0, 0)).isFalse();
    CompletableFuture<Boolean> large = waits(2, 0);
    CompletableFuture<Boolean> small = waits(1, 0);
    assertThat(places.take(1, 0, 0)).as("nobody passes the line").isFalse();
    places.release(1);
    assertThat(large.join()).isTrue();
    assertThat(small).isNotDone();
    places.release(2);
    assertThat(small.join()).isTrue();
    assertThat(places.taken()).isEqualTo(3);
  }

  @Test
  void requestThatNeedsMoreThanThereIs_isLetInAlone() {
    assertThat(places.take(9, 0, 0)).isTrue();
    assertThat(places.take(1, 0, 0)).isFalse();
    places.release(9);
    assertThat(places.take(1, 0, 0)).isTrue();
    assertThat(places.take(9, 0, 0)).isFalse();
    assertThat(places.taken()).isEqualTo(1);
  }

  @Test
  void placesThatAreExchanged_areFreeWhileTheirOwnerWaits() {
    assertThat(places.take(1, 0, 0)).isTrue();
    assertThat(places.take(3, 0, 0)).isTrue();
    CompletableFuture<Boolean> exchanged = waits(4, 1);
    assertThat(places.taken()).isEqualTo(3);
    places.release(3);
    assertThat(exchanged.join()).isTrue();
    assertThat(places.taken()).isEqualTo(4);
    places.release(4);
    assertThat(places.taken()).isZero();
  }

  @Test
  void whoeverGivesUp_letsThoseBehindThrough() {
    assertThat(places.take(3, 0, 0)).isTrue();
    CompletableFuture<Boolean> gaveUp =
        CompletableFuture.supplyAsync(
            () -> places.take(4, 0, Duration.ofMillis(200).toNanos()), threads);
    while (places.waiting() == 0 && !gaveUp.isDone()) {
      Thread.onSpinWait();
    }
    CompletableFuture<Boolean> behind =
        CompletableFuture.supplyAsync(() -> places.take(1, 0, LONG), threads);
    assertThat(gaveUp.join()).isFalse();
    assertThat(behind.join()).isTrue();
  }

  /**
   * By the clock, the queue has existed for ten minutes. A twentieth of that would delay the test
   * noticeably.
   */
  @Test
  void lineThatStands_isHardlyWaitedIn() {
    Places standing = places(Duration.ofSeconds(10).toNanos());
    assertThat(standing.take(4, 0, 0)).isTrue();
    CompletableFuture<Boolean> first =
        CompletableFuture.supplyAsync(() -> standing.take(1, 0, LONG), threads);
    while (standing.waiting() == 0) {
      Thread.onSpinWait();
    }
    nanos.addAndGet(LONG);
    long begin = System.nanoTime();
    assertThat(standing.take(1, 0, LONG)).isFalse();
    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isBetween(Duration.ofMillis(500), Duration.ofSeconds(9));
    assertThat(first).isNotDone();
    standing.release(1);
    assertThat(first.join()).isTrue();
  }
}
