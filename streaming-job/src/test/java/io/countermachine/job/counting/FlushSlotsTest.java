package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.job.counting.FlushSlots.ChangedKey;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlushSlotsTest {
  private long nowMillis = 1_000;
  private final FlushSlots slots = new FlushSlots(20, 2, () -> nowMillis);

  private List<ChangedKey> takeAllSlots() {
    List<ChangedKey> taken = new ArrayList<>();
    for (int slot = 0; slot < slots.count(); slot++) {
      taken.addAll(slots.takeNext());
    }
    return taken;
  }

  @Test
  void key_waitsOnce_inEachOfItsGroups() {
    slots.add(0, "k");
    slots.add(1, "k");
    slots.add(0, "k");

    assertThat(slots.contains(0, "k")).isTrue();
    assertThat(slots.contains(0, "other")).isFalse();
    assertThat(slots.size()).isEqualTo(2);
    ChangedKey[] both = {new ChangedKey(0, "k"), new ChangedKey(1, "k")};
    assertThat(waiting(0)).containsExactly("k");
    assertThat(waiting(1)).containsExactly("k");
    assertThat(takeAllSlots()).containsExactlyInAnyOrder(both);
    assertThat(slots.size()).isZero();
    assertThat(slots.contains(0, "k")).isFalse();
  }

  @Test
  void oldestChange_isTheFirstOfItsSlot_untilItsSlotWasTakenAndThenTheNext() {
    assertThat(slots.oldestMillis()).isEqualTo(OldestPendingAge.NONE);
    slots.add(0, "k");
    nowMillis = 5_000;
    slots.add(0, "k");
    assertThat(slots.oldestMillis()).isEqualTo(1_000);

    // Taken keys may still be in progress until the next slot is requested.
    while (slots.takeNext().isEmpty()) {
      assertThat(slots.takenSinceMillis()).isEqualTo(OldestPendingAge.NONE);
    }
    assertThat(slots.takenSinceMillis()).isEqualTo(1_000);
    slots.add(0, "k");
    assertThat(slots.oldestMillis()).isEqualTo(1_000);
    slots.takeNext();
    assertThat(slots.oldestMillis()).isEqualTo(5_000);
  }

  @Test
  void keysThatComeWhileASlotIsWritten_waitForItsNextTurn() {
    for (int i = 0; i < 100; i++) {
      slots.add(0, "k" + i);
    }
    List<ChangedKey> taken = slots.takeNext();
    for (ChangedKey key : List.copyOf(taken)) {
      slots.add(key.group(), key.key());
    }
    assertThat(waiting(0)).hasSize(100).containsAll(taken.stream().map(ChangedKey::key).toList());
  }

  private List<String> waiting(int group) {
    List<String> keys = new ArrayList<>();
    slots.forEachWaiting(group, keys::add);
    return keys;
  }

  @Test
  void numberedKeys_areSpreadEvenly_inEachGroup() {
    for (int group = 0; group < 2; group++) {
      for (int i = 0; i < 2_000; i++) {
        slots.add(group, Integer.toString(1_000_000 + i));
      }
    }
    for (int slot = 0; slot < slots.count(); slot++) {
      // 100 of each group on average, plus or minus six standard deviations.
      List<ChangedKey> taken = slots.takeNext();
      for (int group = 0; group < 2; group++) {
        int own = group;
        assertThat(taken.stream().filter(key -> key.group() == own).count()).isBetween(42L, 158L);
      }
    }
  }
}
