package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.countermachine.job.TestCatalogs;
import io.countermachine.job.config.CatalogText;
import io.countermachine.measure.Counters;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.contrib.streaming.state.EmbeddedRocksDBStateBackend;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CountOperatorTest {
  private static final long T0 = 1_707_605_599_000L;
  private static final int VIEW = 0;
  private static final int LIKE = 1;
  private static final int TEN_SECONDS = 0;
  private static final int LIFETIME = 1;

  private final List<CountHarness> harnesses = new ArrayList<>();

  private CountHarness open(CatalogText catalog) throws Exception {
    CountHarness harness = create(catalog, new HashMapStateBackend(), 1, 0);
    harness.open();
    return harness;
  }

  private CountHarness create(
      CatalogText catalog, StateBackend backend, int parallelism, int subtask) throws Exception {
    CountHarness harness = new CountHarness(catalog, backend, parallelism, subtask);
    harnesses.add(harness);
    return harness;
  }

  @AfterEach
  void close() throws Exception {
    for (CountHarness harness : harnesses) {
      harness.close();
    }
  }

  private static StateBackend backend(String name) {
    return name.equals("heap") ? new HashMapStateBackend() : new EmbeddedRocksDBStateBackend();
  }

  @Test
  void changedKey_isWrittenOnce_inEachFlushInterval() throws Exception {
    CountHarness harness = open(TestCatalogs.SMALL);
    for (int i = 0; i < 10; i++) {
      harness.send("user", "u", LIKE, T0);
      harness.advanceTo(harness.getProcessingTime() + 50);
    }
    harness.advanceTo(1_000);
    assertThat(harness.take().size()).isBetween(1, 1);

    harness.advanceTo(2_000);
    List<ItemWrite> rest = harness.take();
    assertThat(rest.size()).isBetween(0, 1);
    harness.advanceTo(5_000);
    assertThat(harness.take()).isEmpty();
  }

  @Test
  void write_saysWhenTheFirstOfItsChangesCame() throws Exception {
    CountHarness harness = open(TestCatalogs.SMALL);
    harness.advanceTo(2_300);
    harness.send("user", "u", LIKE, T0);
    harness.setProcessingTime(2_310);
    harness.send("user", "u", LIKE, T0);
    harness.advanceTo(4_000);
    assertThat(onlyWrite(harness).changedMillis()).isEqualTo(2_300);
  }

  @Test
  void writesAtTheEndOfInput_sayWhenTheOldestChangeCame() throws Exception {
    CountHarness harness = open(TestCatalogs.SMALL);
    harness.setProcessingTime(7);
    harness.send("user", "u", LIKE, T0);
    harness.endInput();
    harness.getOperator().finish();
    assertThat(onlyWrite(harness).changedMillis()).isEqualTo(7);
  }

  @Test
  void lateEvent_changesTheCounters_asIfInTime() throws Exception {
    CountHarness harness = open(TestCatalogs.SMALL);
    harness.send("user", "u", VIEW, T0 + 20_000);
    harness.send("user", "u", VIEW, T0, LIKE, T0 + 10_000);
    harness.advanceTo(1_000);

    ItemWrite write = onlyWrite(harness);
    assertThat(write.key()).isEqualTo("u");
    assertThat(write.counters().lastUpdateMillis()).isEqualTo(T0 + 20_000);
    assertThat(write.counters().stored(VIEW, TEN_SECONDS))
        .isCloseTo(1 + Math.exp(-2), within(1e-15));
    assertThat(write.counters().stored(LIKE, TEN_SECONDS)).isCloseTo(Math.exp(-1), within(1e-15));
    assertThat(write.counters().stored(VIEW, LIFETIME)).isEqualTo(2);
    assertThat(write.expiresAtSeconds()).isEqualTo(ItemWrite.NEVER_EXPIRES);
  }

  private static ItemWrite onlyWrite(CountHarness harness) {
    List<ItemWrite> writes = harness.take();
    assertThat(writes).hasSize(1);
    return writes.get(0);
  }

  @Test
  void write_expires_retainAfterTheClock_roundedUp() throws Exception {
    CountHarness harness = open(TestCatalogs.SMALL);
    harness.send("pair", "u|p", VIEW, T0);
    harness.advanceTo(1_000);
    // Written within the first second; an hour later, in whole seconds.
    assertThat(onlyWrite(harness).expiresAtSeconds()).isEqualTo(3_601);
  }

  @Test
  void state_expires_retainAfterTheLastWrite() throws Exception {
    CountHarness harness = open(TestCatalogs.SMALL);
    harness.send("pair", "u|p", VIEW, T0);
    harness.advanceTo(1_000);
    harness.take();
    assertThat(harness.numKeyedStateEntries()).isEqualTo(1);

    long later = 3_600_000 + 1_001;
    harness.setStateTtlProcessingTime(later);
    harness.setProcessingTime(later);
    harness.send("pair", "u|p", VIEW, T0);
    harness.advanceTo(later + 1_000);
    assertThat(onlyWrite(harness).counters().stored(VIEW, 0)).isEqualTo(1);
  }

  @Test
  void manyKeys_areSpreadOverTheInterval() throws Exception {
    CountHarness harness = open(TestCatalogs.SMALL);
    for (int i = 0; i < 1_000; i++) {
      harness.send("user", "user" + i, VIEW, T0);
    }
    for (int slot = 1; slot <= 20; slot++) {
      harness.setProcessingTime(slot * 50L);
      // 50 of the thousand on average, plus or minus six standard deviations.
      assertThat(harness.take().size()).isBetween(8, 92);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void restoredJob_goesOn_atAnotherParallelism(String backend) throws Exception {
    CountHarness before = create(TestCatalogs.SMALL, backend(backend), 1, 0);
    before.open();
    for (int i = 0; i < 100; i++) {
      before.send("user", "user" + i, VIEW, T0);
    }
    OperatorSubtaskState state = before.snapshot(1, 0);

    List<ItemWrite> writes = new ArrayList<>();
    for (int subtask = 0; subtask < 2; subtask++) {
      CountHarness after = create(TestCatalogs.SMALL, backend(backend), 2, subtask);
      after.initializeState(
          AbstractStreamOperatorTestHarness.repartitionOperatorState(
              state, CountHarness.MAX_PARALLELISM, 1, 2, subtask));
      after.open();
      after.advanceTo(1_000);
      writes.addAll(after.take());
    }

    // Keys that were not written when the state was taken are written by the one subtask that owns
    // them now.
    assertThat(writes).extracting(ItemWrite::key).doesNotHaveDuplicates().hasSize(100);
    assertThat(writes).allMatch(write -> write.counters().stored(VIEW, LIFETIME) == 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void changedCatalog_keepsWhatStayed_andStartsNewAtZero(String backend) throws Exception {
    CountHarness before = create(TestCatalogs.SMALL, backend(backend), 1, 0);
    before.open();
    before.send("user", "u", VIEW, T0, LIKE, T0, LIKE, T0);
    before.send("pair", "u|p", VIEW, T0);
    before.advanceTo(1_000);
    OperatorSubtaskState state = before.snapshot(1, 1_000);

    CountHarness after = create(TestCatalogs.CHANGED, backend(backend), 1, 0);
    after.initializeState(state);
    after.open();
    int share = 0;
    int like = 1;
    int hour = 0;
    after.send("user", "u", share, T0);
    after.send("post", "p", VIEW, T0);
    after.advanceTo(1_000);

    List<ItemWrite> writes = after.take();
    assertThat(writes).extracting(ItemWrite::key).containsExactlyInAnyOrder("u", "p");
    Counters user =
        writes.stream().filter(w -> w.key().equals("u")).findAny().orElseThrow().counters();
    assertThat(user.stored(like, LIFETIME)).isEqualTo(2);
    assertThat(user.stored(like, hour)).isZero();
    assertThat(user.stored(share, hour)).isEqualTo(1);
    assertThat(user.stored(share, LIFETIME)).isEqualTo(1);
    assertThat(user.happened(2)).isFalse();
  }
}
