package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.job.TestCatalogs;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.contrib.streaming.state.EmbeddedRocksDBStateBackend;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * With a wait of 40 s and a grid of 10 s, a hazard at 0 is confirmed between 40 s and 80 s, and
 * written at most one flush interval later.
 */
class ConfirmationsTest {
  private static final long T0 = 1_707_605_599_000L;
  private static final int VIEW = 0;
  private static final long QUIET = 100_000;

  private final List<CountHarness> harnesses = new ArrayList<>();

  private CountHarness create(String backend, int parallelism, int subtask) throws Exception {
    StateBackend state =
        backend.equals("heap") ? new HashMapStateBackend() : new EmbeddedRocksDBStateBackend();
    CountHarness harness = new CountHarness(TestCatalogs.SMALL, state, parallelism, subtask);
    harnesses.add(harness);
    return harness;
  }

  private CountHarness open() throws Exception {
    CountHarness harness = create("heap", 1, 0);
    harness.open();
    return harness;
  }

  @AfterEach
  void close() throws Exception {
    for (CountHarness harness : harnesses) {
      harness.close();
    }
  }

  @Test
  void keyWrittenAfterAStart_isWrittenOnceMore_whenOlderWritesAreOver() throws Exception {
    CountHarness harness = open();
    harness.send("user", "u", VIEW, T0);
    harness.advanceTo(39_999);
    assertThat(harness.takeKeys()).containsExactly("u");

    harness.advanceTo(81_000);
    List<ItemWrite> confirmed = harness.take();
    assertThat(confirmed).extracting(ItemWrite::key).containsExactly("u");
    assertThat(confirmed.get(0).counters().stored(VIEW, 1)).isEqualTo(1);

    harness.advanceTo(300_000);
    assertThat(harness.take()).isEmpty();
  }

  @Test
  void keyWrittenManyTimesAfterAStart_isConfirmedOnce() throws Exception {
    CountHarness harness = open();
    for (int second = 0; second < 38; second++) {
      harness.send("user", "u", VIEW, T0);
      harness.advanceTo(1_000 + second * 1_000L);
    }
    harness.advanceTo(39_999);
    assertThat(harness.take().size()).isBetween(37, 38);

    harness.advanceTo(300_000);
    assertThat(harness.takeKeys()).containsExactly("u");
  }

  @Test
  void confirmations_areSpread_overAsLongAsTheWait() throws Exception {
    CountHarness harness = open();
    for (int i = 0; i < 1_000; i++) {
      harness.send("user", "user" + i, VIEW, T0);
    }
    harness.advanceTo(40_000);
    assertThat(harness.take()).hasSize(1_000);

    List<String> confirmed = new ArrayList<>();
    for (int second = 41; second <= 81; second++) {
      harness.advanceTo(second * 1_000L);
      List<String> written = harness.takeKeys();
      // 25 on average, plus six standard deviations.
      assertThat(written.size()).isLessThan(55);
      confirmed.addAll(written);
    }
    assertThat(confirmed).doesNotHaveDuplicates().hasSize(1_000);
  }

  @Test
  void keysWrittenAgainWhenOlderWritesAreOver_areNotConfirmedBesides() throws Exception {
    CountHarness harness = open();
    for (int i = 0; i < 100; i++) {
      harness.send("user", "user" + i, VIEW, T0);
    }
    harness.advanceTo(39_000);
    harness.take();
    // Written within a second from 39.5 s: some before the end of the wait, some after it.
    harness.advanceTo(39_500);
    for (int i = 0; i < 100; i++) {
      harness.send("user", "user" + i, VIEW, T0);
    }
    harness.advanceTo(39_999);
    List<String> beforeTheEnd = harness.takeKeys();
    harness.advanceTo(300_000);
    List<String> afterTheEnd = harness.takeKeys();

    assertThat(beforeTheEnd.size()).isBetween(20, 80);
    assertThat(afterTheEnd).containsAll(beforeTheEnd);
    assertThat(afterTheEnd).doesNotHaveDuplicates().hasSize(100);
  }

  @Test
  void write_isNotConfirmed_withoutAHazard() throws Exception {
    CountHarness harness = open();
    harness.advanceTo(QUIET);
    harness.send("user", "u", VIEW, T0);
    harness.advanceTo(QUIET + 300_000);
    assertThat(harness.takeKeys()).containsExactly("u");
  }

  @Test
  void lostWrite_isWrittenOnceMore_whenItCannotLandAnyLonger() throws Exception {
    CountHarness harness = open();
    harness.send("user", "u", VIEW, T0);
    harness.send("user", "other", VIEW, T0);
    harness.advanceTo(QUIET);
    harness.take();
    lose(harness, "user", "u");
    lose(harness, "user", "u");
    harness.advanceTo(QUIET + 40_000);
    assertThat(harness.take()).isEmpty();
    harness.advanceTo(QUIET + 91_100);
    assertThat(harness.takeKeys()).containsExactly("u");
    harness.advanceTo(QUIET + 300_000);
    assertThat(harness.take()).isEmpty();
  }

  private static void lose(CountHarness harness, String group, String key) {
    harness.inDoubtWrites().add(List.of(new InDoubtWrites.Item(group, key)));
  }

  @Test
  void lostWriteOfAGroupOrKeyThatIsGone_isNothing() throws Exception {
    CountHarness harness = open();
    harness.advanceTo(QUIET);
    lose(harness, "gone", "u");
    lose(harness, "user", "never seen");
    harness.advanceTo(QUIET + 300_000);
    assertThat(harness.take()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void confirmations_surviveARestore_atAnotherParallelism(String backend) throws Exception {
    CountHarness before = create(backend, 1, 0);
    before.open();
    for (int i = 0; i < 100; i++) {
      before.send("user", "user" + i, VIEW, T0);
    }
    before.advanceTo(5_000);
    assertThat(before.take()).hasSize(100);
    OperatorSubtaskState state = before.snapshot(1, 5_000);

    Set<String> confirmed = new HashSet<>();
    for (int subtask = 0; subtask < 2; subtask++) {
      CountHarness after = restore(state, backend, 2, subtask, 20_000);
      after.advanceTo(39_999);
      assertThat(after.take()).isEmpty();
      after.advanceTo(81_000);
      // Some twice: writes within the wait after this start are confirmed as well.
      List<String> keys = after.takeKeys();
      assertThat(confirmed).doesNotContainAnyElementsOf(keys);
      confirmed.addAll(keys);
    }
    assertThat(confirmed).hasSize(100);
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void confirmationsOverdueAfterAnOutage_areLimitedPerSecond_andNoneIsLostAtACheckpoint(
      String backend) throws Exception {
    int keys = 3 * Confirmations.MOST_PER_SECOND;
    CountHarness before = create(backend, 1, 0);
    before.open();
    for (int i = 0; i < keys; i++) {
      before.send("user", "user" + i, VIEW, T0);
    }
    before.advanceTo(5_000);
    assertThat(before.take()).hasSize(keys);
    OperatorSubtaskState state = before.snapshot(1, 5_000);

    CountHarness after = restore(state, backend, 1, 0, QUIET);
    after.advanceTo(QUIET + 1_000);
    List<String> confirmed = new ArrayList<>(after.takeKeys());
    assertThat(confirmed.size()).isBetween(1, Confirmations.MOST_PER_SECOND);
    state = after.snapshot(2, QUIET + 1_000);

    CountHarness last = restore(state, backend, 1, 0, QUIET + 1_000);
    int largest = 0;
    for (int second = 2; second < 6; second++) {
      last.advanceTo(QUIET + second * 1_000L);
      List<String> written = last.takeKeys();
      largest = Math.max(largest, written.size());
      confirmed.addAll(written);
    }
    assertThat(confirmed).doesNotHaveDuplicates().hasSize(keys);
    // In its first second, the restored job also writes the keys that waited for a slot.
    assertThat(largest).isLessThanOrEqualTo(2 * Confirmations.MOST_PER_SECOND);
  }

  private CountHarness restore(
      OperatorSubtaskState state, String backend, int parallelism, int subtask, long now)
      throws Exception {
    CountHarness after = create(backend, parallelism, subtask);
    after.setProcessingTime(now);
    after.initializeState(
        AbstractStreamOperatorTestHarness.repartitionOperatorState(
            state, CountHarness.MAX_PARALLELISM, 1, parallelism, subtask));
    after.open();
    return after;
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void writeLostRightBeforeACheckpoint_isWrittenAndConfirmed_byTheRestoredJob(String backend)
      throws Exception {
    CountHarness before = create(backend, 1, 0);
    before.open();
    before.send("user", "u", VIEW, T0);
    before.advanceTo(QUIET);
    assertThat(before.takeKeys()).containsExactly("u", "u");
    lose(before, "user", "u");
    OperatorSubtaskState state = before.snapshot(1, QUIET);

    CountHarness after = restore(state, backend, 1, 0, QUIET);
    after.advanceTo(QUIET + 1_000);
    assertThat(after.takeKeys()).containsExactly("u");
    after.advanceTo(QUIET + 39_999);
    assertThat(after.take()).isEmpty();
    after.advanceTo(QUIET + 91_100);
    assertThat(after.takeKeys()).containsExactly("u");
  }
}
