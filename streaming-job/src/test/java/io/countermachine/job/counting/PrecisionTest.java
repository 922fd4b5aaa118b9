package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.job.config.CatalogText;
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

/**
 * A tenth of a value may be missing in the table for at most 5 s, of which an event may have spent
 * 200 ms before it arrives; flushed every second.
 */
class PrecisionTest {
  private static final long T0 = 1_707_605_599_000L;
  private static final int VIEW = 0;
  private static final int LIKE = 1;
  private static final int LIFETIME = 1;
  private static final String BOTH = "intervals: [10s, lifetime], ";
  private static final CatalogText TENTH = catalog(BOTH + "precision: 10%, maxStale: 5s");
  private static final CatalogText PATIENT = catalog(BOTH + "precision: 0.1, maxStale: 1d");
  private static final CatalogText EXACT = catalog(BOTH + "precision: 0");

  private final List<CountHarness> harnesses = new ArrayList<>();

  private static CatalogText catalog(String settings) {
    return new CatalogText(
        "precision.yaml",
        """
        timestamps: {unit: milliseconds}
        events: {view: {}, like: {}}
        groups:
          post: {key: [postId], counts: [view, like], retain: 7d, %s}
        """
            .formatted(settings));
  }

  private CountHarness create(CatalogText catalog, String backend, int parallelism, int subtask)
      throws Exception {
    StateBackend state =
        backend.equals("heap") ? new HashMapStateBackend() : new EmbeddedRocksDBStateBackend();
    CountHarness harness = new CountHarness(catalog, state, parallelism, subtask);
    harnesses.add(harness);
    return harness;
  }

  /** A harness whose table has twenty views of post p. */
  private CountHarness withTwentyViews(CatalogText catalog, String backend) throws Exception {
    CountHarness harness = create(catalog, backend, 1, 0);
    harness.open();
    for (int i = 0; i < 20; i++) {
      harness.send("post", "p", VIEW, T0);
    }
    harness.advanceTo(1_000);
    assertThat(harness.takeKeys()).containsExactly("p");
    return harness;
  }

  @AfterEach
  void close() throws Exception {
    for (CountHarness harness : harnesses) {
      harness.close();
    }
  }

  @Test
  void changeWithinPrecision_isWritten_onlyWhenItIsStale() throws Exception {
    CountHarness harness = withTwentyViews(TENTH, "heap");
    harness.advanceTo(2_000);
    harness.send("post", "p", VIEW, T0);
    harness.advanceTo(5_750);
    assertThat(harness.take()).isEmpty();

    harness.advanceTo(6_800);
    List<ItemWrite> stale = harness.take();
    assertThat(stale).extracting(ItemWrite::key).containsExactly("p");
    assertThat(stale.get(0).counters().stored(VIEW, LIFETIME)).isEqualTo(21);
    harness.advanceTo(30_000);
    assertThat(harness.take()).isEmpty();
  }

  @Test
  void item_expiresLater_byWhatAChangeMayWait() throws Exception {
    CountHarness harness = create(TENTH, "heap", 1, 0);
    harness.open();
    harness.send("post", "p", VIEW, T0);
    harness.advanceTo(1_000);
    // Written within the first second; seven days and five seconds later, in whole seconds.
    assertThat(harness.take().get(0).expiresAtSeconds()).isEqualTo(604_800 + 5 + 1);
  }

  @Test
  void changeBeyondPrecision_isWritten_withTheNextFlush() throws Exception {
    CountHarness harness = withTwentyViews(PATIENT, "heap");
    // 2 of 22 are 9 %; 3 of 23 are 13 %.
    harness.send("post", "p", VIEW, T0);
    harness.send("post", "p", VIEW, T0);
    harness.advanceTo(10_000);
    assertThat(harness.take()).isEmpty();
    harness.send("post", "p", VIEW, T0);
    harness.advanceTo(11_000);
    assertThat(harness.takeKeys()).containsExactly("p");

    // Written events no longer count: 2 of 25 are 8 %.
    harness.send("post", "p", VIEW, T0, VIEW, T0);
    harness.advanceTo(30_000);
    assertThat(harness.take()).isEmpty();
  }

  @Test
  void oneValueBeyondPrecision_isEnough() throws Exception {
    CountHarness harness = withTwentyViews(PATIENT, "heap");
    // Three time constants later, one view is half of the 10-second value of 20 e^-3 + 1.
    harness.send("post", "p", VIEW, T0 + 30_000);
    harness.advanceTo(2_000);
    assertThat(harness.takeKeys()).containsExactly("p");
  }

  @Test
  void firstEventOfAMeasure_isWritten_withTheNextFlush() throws Exception {
    CountHarness harness = withTwentyViews(PATIENT, "heap");
    harness.send("post", "p", LIKE, T0);
    harness.send("post", "new", VIEW, T0);
    harness.advanceTo(2_000);
    assertThat(harness.takeKeys()).containsExactlyInAnyOrder("p", "new");
  }

  @Test
  void lateEvents_areMeasured_byWhatTheyAreWorthNow() throws Exception {
    CountHarness harness = withTwentyViews(catalog("precision: 10%, intervals: [10s]"), "heap");
    // Ten seconds late, six views are worth 6/e = 2.2 of 22.2, and seven 2.6 of 22.6.
    for (int i = 0; i < 6; i++) {
      harness.send("post", "p", VIEW, T0 - 10_000);
    }
    harness.advanceTo(5_000);
    assertThat(harness.take()).isEmpty();
    harness.send("post", "p", VIEW, T0 - 10_000);
    harness.advanceTo(6_000);
    assertThat(harness.takeKeys()).containsExactly("p");
  }

  @Test
  void confirmation_isWritten_whateverItChanges() throws Exception {
    CountHarness harness = withTwentyViews(PATIENT, "heap");
    harness.send("post", "p", VIEW, T0);
    harness.advanceTo(39_999);
    assertThat(harness.take()).isEmpty();
    harness.advanceTo(51_000);
    List<ItemWrite> confirmed = harness.take();
    assertThat(confirmed).extracting(ItemWrite::key).containsExactly("p");
    assertThat(confirmed.get(0).counters().stored(VIEW, LIFETIME)).isEqualTo(21);
    harness.advanceTo(300_000);
    assertThat(harness.take()).isEmpty();
  }

  @Test
  void endOfInput_writesWhatIsHeldBack() throws Exception {
    CountHarness harness = withTwentyViews(PATIENT, "heap");
    harness.send("post", "p", VIEW, T0);
    harness.getOperator().finish();
    assertThat(harness.takeKeys()).containsExactly("p");
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void heldBackKey_isWrittenByTheRestoredJob_atOnce(String backend) throws Exception {
    CountHarness before = withTwentyViews(PATIENT, backend);
    before.send("post", "p", VIEW, T0);
    OperatorSubtaskState state = before.snapshot(1, 1_000);

    List<ItemWrite> writes = new ArrayList<>();
    for (int subtask = 0; subtask < 2; subtask++) {
      CountHarness after = create(PATIENT, backend, 2, subtask);
      after.initializeState(
          AbstractStreamOperatorTestHarness.repartitionOperatorState(
              state, CountHarness.MAX_PARALLELISM, 1, 2, subtask));
      after.open();
      after.advanceTo(1_000);
      writes.addAll(after.take());
    }
    assertThat(writes).extracting(ItemWrite::key).containsExactly("p");
    assertThat(writes.get(0).counters().stored(VIEW, LIFETIME)).isEqualTo(21);
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void precision_canBeTurnedOnAndOff_overARestore(String backend) throws Exception {
    CountHarness exact = withTwentyViews(EXACT, backend);
    CountHarness patient = restore(exact.snapshot(1, 1_000), PATIENT, backend);
    patient.send("post", "p", VIEW, T0);
    patient.advanceTo(10_000);
    // The restored state equals the table, so one view of 21 can wait.
    assertThat(patient.take()).isEmpty();

    CountHarness exactAgain = restore(patient.snapshot(2, 10_000), EXACT, backend);
    exactAgain.advanceTo(1_000);
    assertThat(exactAgain.takeKeys()).containsExactly("p");
    exactAgain.send("post", "p", VIEW, T0);
    exactAgain.advanceTo(2_000);
    List<ItemWrite> writes = exactAgain.take();
    assertThat(writes).extracting(ItemWrite::key).containsExactly("p");
    assertThat(writes.get(0).counters().stored(VIEW, LIFETIME)).isEqualTo(22);
  }

  private CountHarness restore(OperatorSubtaskState state, CatalogText catalog, String backend)
      throws Exception {
    CountHarness after = create(catalog, backend, 1, 0);
    after.initializeState(state);
    after.open();
    return after;
  }
}
