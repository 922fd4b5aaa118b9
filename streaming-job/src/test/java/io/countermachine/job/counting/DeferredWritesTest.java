package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Group;
import io.countermachine.catalog.Precision;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.counters.Counters;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tenth may wait for 5 s; a flush takes up to 1 s of these, and a sum before it 200 ms. */
class DeferredWritesTest {
  private static final Group GROUP =
      CatalogLoader.parse(
              "c.yaml", "groups: {g: {key: [a], counts: [view], intervals: [lifetime]}}")
          .groups()
          .get(0);
  private static final long NOW = 1_000_000;

  private boolean room = true;
  private final DeferredWrites heldBack = heldBack(5_000);

  private DeferredWrites heldBack(long maxStaleMillis) {
    return new DeferredWrites(
        new Precision(0.1, Duration.ofMillis(maxStaleMillis)),
        Duration.ofSeconds(1),
        Duration.ofMillis(200),
        () -> room);
  }

  private static Counters views(int count) {
    Counters counters = new Counters(GROUP);
    counters.add(0, count, 0);
    return counters;
  }

  @Test
  void overdueKeys_areTaken_oldestFirst_andOnce() {
    heldBack.add("old", views(1), views(100), NOW);
    heldBack.add("young", views(1), views(100), NOW + 1_000);
    heldBack.add("old", views(1), views(101), NOW + 2_000);
    assertThat(heldBack.takeOverdue(NOW + 3_799)).isEmpty();
    assertThat(heldBack.takeOverdue(NOW + 3_800)).containsExactly("old");
    assertThat(heldBack.takeOverdue(NOW + 60_000)).containsExactly("young");
    assertThat(heldBack.size()).isZero();
  }

  @Test
  void keysAreFreed_whenTheClockWasSetBack() {
    heldBack.add("k", views(1), views(100), NOW);
    assertThat(heldBack.takeOverdue(NOW - 1)).containsExactly("k");
  }

  @ParameterizedTest
  @ValueSource(longs = {500, 1_000, 1_200})
  void nothingWaits_whereMaxStaleIsNoLongerThanFlushAndSum(long maxStaleMillis) {
    DeferredWrites none = heldBack(maxStaleMillis);
    assertThat(none.add("k", views(1), views(100), NOW)).isFalse();
    assertThat(none.size()).isZero();
  }

  @Test
  void keyWaits_forWhatFlushAndSumLeaveOfMaxStale() {
    DeferredWrites one = heldBack(1_201);
    assertThat(one.add("k", views(1), views(100), NOW)).isTrue();
    assertThat(one.takeOverdue(NOW)).isEmpty();
    assertThat(one.takeOverdue(NOW + 1)).containsExactly("k");
  }

  @Test
  void heldBackKey_savesAWrite_oncePerFlushInterval() {
    heldBack.add("k", views(1), views(100), NOW);
    assertThat(heldBack.savesAWrite("k", NOW)).isTrue();
    assertThat(heldBack.savesAWrite("k", NOW + 999)).isFalse();
    assertThat(heldBack.savesAWrite("k", NOW + 1_000)).isTrue();
  }

  @Test
  void keysAreWritten_whereNoRoomIsLeft() {
    assertThat(heldBack.add("k", views(1), views(100), NOW)).isTrue();
    room = false;
    assertThat(heldBack.add("other", views(1), views(100), NOW)).isFalse();
    assertThat(heldBack.add("k", views(1), views(101), NOW)).isTrue();
    assertThat(heldBack.waiting()).containsExactly("k");
  }
}
