package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.CatalogLoader;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Precision;
import io.countermachine.counters.Counters;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A tenth may wait for 5 s, and a flush takes up to 1 s of these. */
class HeldBackTest {
  private static final Group GROUP =
      CatalogLoader.parse(
              "c.yaml", "groups: {g: {key: [a], counts: [view], intervals: [lifetime]}}")
          .groups()
          .get(0);
  private static final long NOW = 1_000_000;

  private final HeldBack heldBack = new HeldBack(precision(5), Duration.ofSeconds(1));

  private static Precision precision(int maxStaleSeconds) {
    return new Precision(0.1, Duration.ofSeconds(maxStaleSeconds));
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
    assertThat(heldBack.takeOverdue(NOW + 3_999)).isEmpty();
    assertThat(heldBack.takeOverdue(NOW + 4_000)).containsExactly("old");
    assertThat(heldBack.takeOverdue(NOW + 60_000)).containsExactly("young");
    assertThat(heldBack.size()).isZero();
  }

  @Test
  void keysAreFreed_whenTheClockWasSetBack() {
    heldBack.add("k", views(1), views(100), NOW);
    assertThat(heldBack.takeOverdue(NOW - 1)).containsExactly("k");
  }

  @Test
  void nothingWaits_whereMaxStaleIsNoLongerThanTheFlushInterval() {
    HeldBack none = new HeldBack(precision(1), Duration.ofSeconds(1));
    assertThat(none.add("k", views(1), views(100), NOW)).isFalse();
    assertThat(none.size()).isZero();
  }

  @Test
  void heldBackKey_savesAWrite_oncePerFlushInterval() {
    heldBack.add("k", views(1), views(100), NOW);
    assertThat(heldBack.savesAWrite("k", NOW)).isTrue();
    assertThat(heldBack.savesAWrite("k", NOW + 999)).isFalse();
    assertThat(heldBack.savesAWrite("k", NOW + 1_000)).isTrue();
  }

  @Test
  void keysAreWritten_whereTooManyWaitAlready() {
    int held = 0;
    while (heldBack.add("k" + held, views(1), views(100), NOW)) {
      held++;
    }
    assertThat(held).isEqualTo(100_000);
    assertThat(heldBack.add("k0", views(1), views(101), NOW)).isTrue();
  }
}
