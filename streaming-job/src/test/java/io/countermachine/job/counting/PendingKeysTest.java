package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Group;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.measure.Counters;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PendingKeysTest {
  private static final List<Group> GROUPS =
      CatalogLoader.parse(
              "c.yaml",
              """
              events: {view: {}}
              intervals: [lifetime]
              groups:
                a: {key: [a], counts: [view], precision: 10%}
                b: {key: [b], counts: [view], precision: 10%}
              """)
          .groups();
  private static final long NOW = 1_000_000;
  private static final long LATER = NOW + 5_000;

  private final PendingKeys pending =
      new PendingKeys(GROUPS, Duration.ofSeconds(1), Duration.ofMillis(200), 20, () -> NOW);

  /** One more view of a key that has a hundred. */
  private void view(int group, String key) {
    Counters one = new Counters(GROUPS.get(group).schema());
    one.add(0, 1, 0);
    Counters hundred = new Counters(GROUPS.get(group).schema());
    hundred.add(0, 100, 0);
    pending.offer(group, key, one, hundred, NOW);
  }

  @Test
  void keysAreWritten_whereTooManyWaitAlready_overAllGroups() {
    for (int i = 0; i < 10_000; i++) {
      view(0, "k" + i);
      view(1, "k" + i);
    }
    assertThat(pending.deferredKeys()).isEqualTo(20_000);
    assertThat(pending.dueKeys()).isZero();

    view(0, "one more");
    view(1, "one more");
    assertThat(pending.deferredKeys()).isEqualTo(20_000);
    assertThat(pending.dueKeys()).isEqualTo(2);
  }

  @Test
  void keyCanWaitAgain_whenOthersWereTaken() {
    for (int i = 0; i < 20_000; i++) {
      view(0, "k" + i);
    }
    pending.takeAll();
    view(1, "k");
    assertThat(pending.deferredKeys()).isEqualTo(1);
    assertThat(pending.dueKeys()).isZero();
  }

  @Test
  void everythingIsWritten_upToNow_whereNothingWaits() {
    assertThat(pending.writtenUpToMillis(LATER)).isEqualTo(LATER);
  }

  @Test
  void keyThatWaitsForItsSlot_defersWritesWhatIsWritten_untilItIsTakenAndPassedOn() {
    pending.add(0, "k");
    assertThat(pending.writtenUpToMillis(LATER)).isEqualTo(NOW);

    while (pending.takeNext(NOW).isEmpty()) {
      assertThat(pending.writtenUpToMillis(LATER)).isEqualTo(NOW);
    }
    pending.takeNext(NOW);
    assertThat(pending.writtenUpToMillis(LATER)).isEqualTo(LATER);
  }

  @Test
  void keyThatIsHeldBack_defersWritesWhatIsWritten() {
    view(1, "k");
    assertThat(pending.writtenUpToMillis(LATER)).isEqualTo(NOW);

    pending.takeAll();
    assertThat(pending.writtenUpToMillis(LATER)).isEqualTo(LATER);
  }
}
