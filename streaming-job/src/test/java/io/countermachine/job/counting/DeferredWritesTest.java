package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Precision;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.measure.Counters;
import io.countermachine.measure.Schema;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tenth may wait for 5 s; a flush takes up to 1 s of these, and a sum before it 200 ms. */
class DeferredWritesTest {
  private static final Schema SCHEMA =
      CatalogLoader.parse(
              "c.yaml", "groups: {g: {key: [a], counts: [view], intervals: [lifetime]}}")
          .groups()
          .get(0)
          .schema();
  private static final long NOW = 1_000_000;

  private boolean room = true;
  private final DeferredWrites deferred = deferred(5_000);

  private DeferredWrites deferred(long maxStaleMillis) {
    return new DeferredWrites(
        new Precision(0.1, Duration.ofMillis(maxStaleMillis)),
        Duration.ofSeconds(1),
        Duration.ofMillis(200),
        () -> room);
  }

  private static Counters views(int count) {
    Counters counters = new Counters(SCHEMA);
    counters.add(0, count, 0);
    return counters;
  }

  @Test
  void overdueKeys_areTaken_oldestFirst_andOnce() {
    deferred.offer("old", views(1), views(100), NOW);
    deferred.offer("young", views(1), views(100), NOW + 1_000);
    deferred.offer("old", views(1), views(101), NOW + 2_000);
    assertThat(deferred.takeOverdue(NOW + 3_799)).isEmpty();
    assertThat(deferred.takeOverdue(NOW + 3_800)).containsExactly("old");
    assertThat(deferred.takeOverdue(NOW + 60_000)).containsExactly("young");
    assertThat(deferred.size()).isZero();
  }

  @Test
  void keysAreFreed_whenTheClockWasSetBack() {
    deferred.offer("k", views(1), views(100), NOW);
    assertThat(deferred.takeOverdue(NOW - 1)).containsExactly("k");
  }

  @ParameterizedTest
  @ValueSource(longs = {500, 1_000, 1_200})
  void nothingWaits_whereMaxStaleIsNoLongerThanFlushAndSum(long maxStaleMillis) {
    DeferredWrites none = deferred(maxStaleMillis);
    assertThat(none.offer("k", views(1), views(100), NOW)).isFalse();
    assertThat(none.size()).isZero();
  }

  @Test
  void keyWaits_forWhatFlushAndSumLeaveOfMaxStale() {
    DeferredWrites one = deferred(1_201);
    assertThat(one.offer("k", views(1), views(100), NOW)).isTrue();
    assertThat(one.takeOverdue(NOW)).isEmpty();
    assertThat(one.takeOverdue(NOW + 1)).containsExactly("k");
  }

  @Test
  void heldBackKey_savesAWrite_oncePerFlushInterval() {
    deferred.offer("k", views(1), views(100), NOW);
    assertThat(deferred.savesAWrite("k", NOW)).isTrue();
    assertThat(deferred.savesAWrite("k", NOW + 999)).isFalse();
    assertThat(deferred.savesAWrite("k", NOW + 1_000)).isTrue();
  }

  @Test
  void keysAreWritten_whereNoRoomIsLeft() {
    assertThat(deferred.offer("k", views(1), views(100), NOW)).isTrue();
    room = false;
    assertThat(deferred.offer("other", views(1), views(100), NOW)).isFalse();
    assertThat(deferred.offer("k", views(1), views(101), NOW)).isTrue();
    assertThat(deferred.waiting()).containsExactly("k");
  }
}
