package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.catalog.CatalogHash;
import io.countermachine.item.CatalogItem;
import io.countermachine.job.TestCatalogs;
import io.countermachine.job.config.CatalogText;
import io.countermachine.local.process.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.flink.contrib.streaming.state.EmbeddedRocksDBStateBackend;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which tables the counting operator accepts, and what it writes to them again. */
class TableWatchTest {
  private static final long T0 = 1_707_605_599_000L;
  private static final int VIEW = 0;
  private static final int LIFETIME = 1;
  private static final int KEYS = 30;

  /** After this time, no confirmation of the first start is due. */
  private static final long QUIET = 100_000;

  private final List<CountHarness> harnesses = new ArrayList<>();
  private FakeCatalogItems table;

  @BeforeEach
  void newTable() {
    table = FakeCatalogItems.of(UUID.randomUUID().toString());
  }

  @AfterEach
  void close() throws Exception {
    for (CountHarness harness : harnesses) {
      harness.close();
    }
  }

  private CountHarness create(CatalogText catalog, String backend, int parallelism, int subtask)
      throws Exception {
    StateBackend state =
        backend.equals("heap") ? new HashMapStateBackend() : new EmbeddedRocksDBStateBackend();
    CountHarness harness = new CountHarness(catalog, state, parallelism, subtask, table.provider());
    harnesses.add(harness);
    return harness;
  }

  private CountHarness restore(OperatorSubtaskState state, String backend, long now)
      throws Exception {
    return restore(state, backend, 1, 0, now);
  }

  private CountHarness restore(
      OperatorSubtaskState state, String backend, int parallelism, int subtask, long now)
      throws Exception {
    CountHarness after = create(TestCatalogs.SMALL, backend, parallelism, subtask);
    after.setStateTtlProcessingTime(now);
    after.setProcessingTime(now);
    after.initializeState(
        AbstractStreamOperatorTestHarness.repartitionOperatorState(
            state, CountHarness.MAX_PARALLELISM, 1, parallelism, subtask));
    after.open();
    return after;
  }

  /** A job that has counted i views of each user i, has written everything, and is idle. */
  private CountHarness quietJob(String backend) throws Exception {
    CountHarness job = create(TestCatalogs.SMALL, backend, 1, 0);
    job.open();
    for (int i = 0; i < KEYS; i++) {
      for (int view = 0; view < i; view++) {
        job.send("user", "user" + i, VIEW, T0);
      }
    }
    job.advanceTo(QUIET);
    job.take();
    return job;
  }

  private OperatorSubtaskState checkpoint(CountHarness job, long id) throws Exception {
    OperatorSubtaskState state = job.snapshot(id, job.getProcessingTime());
    job.notifyOfCompletedCheckpoint(id);
    return state;
  }

  private static void awaitEpoch(CountHarness job, FakeCatalogItems table, long epoch) {
    Await.until(
        "epoch " + epoch,
        Duration.ofSeconds(20),
        () -> {
          advance(job, TableWatch.POLL_MILLIS);
          return table.item().epoch() >= epoch;
        });
    // The result of the write is known when the answer was processed.
    advance(job, 1_000);
  }

  private static void advance(CountHarness job, long millis) {
    try {
      job.advanceTo(job.getProcessingTime() + millis);
    } catch (Exception e) {
      throw new IllegalStateException("the job failed", e);
    }
  }

  private static long republishKeysLeft(CountHarness job) {
    return ((CountOperator) job.getOperator()).republishKeysLeft();
  }

  private static Map<String, Double> views(List<ItemWrite> writes) {
    Map<String, Double> views = new HashMap<>();
    for (ItemWrite write : writes) {
      assertThat(views.put(write.key(), write.counters().stored(VIEW, LIFETIME))).isNull();
    }
    return views;
  }

  private static Map<String, Double> allViews() {
    Map<String, Double> views = new HashMap<>();
    for (int i = 1; i < KEYS; i++) {
      views.put("user" + i, (double) i);
    }
    return views;
  }

  @Test
  void newJob_saysWhatItCountsBy_andSinceWhen() throws Exception {
    CountHarness job = create(TestCatalogs.SMALL, "heap", 1, 0);
    job.setProcessingTime(5_000);
    job.open();
    CatalogItem item = table.item();
    assertThat(item.catalog()).isEqualTo(CatalogHash.of(TestCatalogs.SMALL.text()));
    assertThat(item.tableId()).isNotEmpty();
    assertThat(item.since("user", "like", "10s")).contains(5_000L);
    assertThat(item.since("pair", "view", "1m")).contains(5_000L);
    assertThat(item.since("gone", "view", "1m")).isEmpty();
  }

  @Test
  void changedCatalog_keepsSinceWhenTheRestIsCounted() throws Exception {
    CountHarness before = quietJob("heap");
    OperatorSubtaskState state = checkpoint(before, 1);
    CountHarness after = create(TestCatalogs.CHANGED, "heap", 1, 0);
    after.setProcessingTime(QUIET);
    after.initializeState(state);
    after.open();
    CatalogItem item = table.item();
    assertThat(item.since("user", "like", "lifetime")).contains(0L);
    assertThat(item.since("user", "like", "1h")).contains(QUIET);
    assertThat(item.since("user", "share", "lifetime")).contains(QUIET);
    assertThat(item.since("post", "view", "1h")).contains(QUIET);
    assertThat(item.since("pair", "view", "1m")).isEmpty();
  }

  private CountHarness changed(OperatorSubtaskState state, HistoryCut cut) throws Exception {
    CountHarness after =
        new CountHarness(
            TestCatalogs.CHANGED,
            new HashMapStateBackend(),
            1,
            0,
            table.provider(),
            Optional.empty(),
            Optional.of(cut));
    harnesses.add(after);
    after.setProcessingTime(QUIET);
    after.initializeState(state);
    after.open();
    return after;
  }

  /**
   * Only a checkpoint makes the topic's offsets durable; before, handed-over sums could be lost.
   */
  @Test
  void topicOfHistory_isTold_onceCheckpointsKnowIt() throws Exception {
    OperatorSubtaskState state = checkpoint(quietJob("heap"), 1);
    long cut = QUIET - 700;
    CountHarness job =
        changed(
            state,
            new HistoryCut("sums", Map.of("post", Map.of("view.1h", cut, "view.lifetime", cut))));
    CatalogItem item = table.item();
    assertThat(item.since("post", "view", "1h")).contains(cut);
    assertThat(item.since("user", "share", "lifetime")).contains(QUIET);
    assertThat(item.since("user", "like", "lifetime")).contains(0L);
    assertThat(item.backfillTopic()).isEmpty();
    checkpoint(job, 2);
    awaitEpoch(job, table, item.epoch() + 1);
    assertThat(table.item().backfillTopic()).isEmpty();
    checkpoint(job, 3);
    awaitEpoch(job, table, item.epoch() + 2);
    assertThat(table.item().backfillTopic()).contains("sums");
  }

  @Test
  void stateThatCountsSinceBeforeTheCut_isRefused() throws Exception {
    OperatorSubtaskState state = checkpoint(quietJob("heap"), 1);
    assertThatThrownBy(
            () ->
                changed(
                    state, new HistoryCut("sums", Map.of("user", Map.of("like.lifetime", 500L)))))
        .isInstanceOf(SuppressRestartsException.class)
        .cause()
        .hasMessageContaining("user.like.lifetime is counted since")
        .hasMessageContaining("--backfill-topic");
  }

  @Test
  void stateOfTheTable_isAccepted_howeverOldTheSavepoint() throws Exception {
    CountHarness job = quietJob("heap");
    OperatorSubtaskState older = checkpoint(job, 1);
    awaitEpoch(job, table, 2);
    OperatorSubtaskState newer = checkpoint(job, 2);
    awaitEpoch(job, table, 3);
    assertThatCode(() -> restore(newer, "heap", QUIET)).doesNotThrowAnyException();
    assertThatCode(() -> restore(older, "heap", QUIET)).doesNotThrowAnyException();
    assertThatCode(() -> restore(newer, "heap", QUIET)).doesNotThrowAnyException();
  }

  private void assertRefused(OperatorSubtaskState state, String words) {
    for (int subtask = 0; subtask < 2; subtask++) {
      int own = subtask;
      assertThatThrownBy(() -> restore(state, "heap", 2, own, QUIET))
          .isInstanceOf(SuppressRestartsException.class)
          .cause()
          .hasMessageContaining(words)
          .hasMessageContaining("--republish");
    }
  }

  @Test
  void emptiedTable_isRefused() throws Exception {
    OperatorSubtaskState state = checkpoint(quietJob("heap"), 1);
    table.put(Optional.empty());
    assertRefused(state, "empty or new");
  }

  @Test
  void tableOfAnotherState_isRefused() throws Exception {
    OperatorSubtaskState state = checkpoint(quietJob("heap"), 1);
    newTable();
    quietJob("heap");
    assertRefused(state, "another state was written to it");
  }

  @Test
  void tableThatAJobBeganAnewOn_isRefusedByTheEarlierState() throws Exception {
    OperatorSubtaskState state = checkpoint(quietJob("heap"), 1);
    quietJob("heap");
    assertRefused(state, "another state was written to it");
  }

  @Test
  void tablePutBack_isRefused() throws Exception {
    CountHarness job = quietJob("heap");
    checkpoint(job, 1);
    Optional<CatalogItem> backup = table.read();
    awaitEpoch(job, table, 2);
    OperatorSubtaskState state = checkpoint(job, 2);
    table.put(backup);
    assertRefused(state, "older than the job's state");
  }

  @Test
  void tableEmptiedUnderTheJob_endsIt() throws Exception {
    CountHarness job = quietJob("heap");
    table.put(Optional.empty());
    assertThatThrownBy(
            () ->
                Await.until(
                    "the end",
                    Duration.ofSeconds(20),
                    () -> {
                      advance(job, TableWatch.POLL_MILLIS);
                      return false;
                    }))
        .hasRootCauseInstanceOf(IllegalStateException.class)
        .rootCause()
        .hasMessageContaining("empty or new");
  }

  @Test
  void tableThatIsAway_isWaitedFor() throws Exception {
    CountHarness before = quietJob("heap");
    OperatorSubtaskState state = checkpoint(before, 1);
    table.failNext(2);
    CountHarness after = restore(state, "heap", QUIET);
    checkpoint(after, 2);
    table.failNext(1);
    awaitEpoch(after, table, 3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void requestedTable_isAccepted_andGetsEveryItem_atTheRate(String backend) throws Exception {
    OperatorSubtaskState state = checkpoint(quietJob(backend), 1);
    table.put(Optional.empty());
    table.request("again");
    CountHarness job = restore(state, backend, QUIET);
    List<ItemWrite> writes = new ArrayList<>();
    for (int second = 1; second <= 5; second++) {
      job.advanceTo(QUIET + second * 1_000L);
      List<ItemWrite> inSecond = job.take();
      // Each also waits for its slot, up to a second.
      assertThat(inSecond.size())
          .isLessThanOrEqualTo(2 * (int) CountHarness.REPUBLISHED_PER_SECOND);
      writes.addAll(inSecond);
    }
    assertThat(views(writes)).isEqualTo(allViews());
    CatalogItem item = table.item();
    assertThat(item.republishing()).contains("again");
    assertThat(item.tableId()).isNotEmpty();
    // It is the state's table now, and there is no request any longer; but all writes are
    // confirmed.
    OperatorSubtaskState after = checkpoint(job, 2);
    CountHarness next = restore(after, backend, QUIET + 10_000);
    next.advanceTo(QUIET + 30_000);
    assertThat(next.take()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void republication_goesOn_afterAFailureInItsMiddle_atAnotherParallelism(String backend)
      throws Exception {
    OperatorSubtaskState state = checkpoint(quietJob(backend), 1);
    table.request("again");
    CountHarness job = restore(state, backend, QUIET);
    job.advanceTo(QUIET + 1_500);
    List<ItemWrite> writes = new ArrayList<>(job.take());
    assertThat(writes.size()).isBetween(1, KEYS - 2);
    OperatorSubtaskState middle = checkpoint(job, 2);

    for (int subtask = 0; subtask < 2; subtask++) {
      CountHarness after = restore(middle, backend, 2, subtask, QUIET + 1_500);
      after.advanceTo(QUIET + 20_000);
      writes.addAll(after.take());
    }
    assertThat(views(writes)).isEqualTo(allViews());
  }

  /**
   * At the same instant, and with the same number of items: each item has two timers for one time.
   */
  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void secondRequest_whileTheFirstIsUnderWay_comesToItsEnd(String backend) throws Exception {
    OperatorSubtaskState state = checkpoint(quietJob(backend), 1);
    table.request("first");
    CountHarness job = restore(state, backend, QUIET);
    OperatorSubtaskState begun = checkpoint(job, 2);
    table.request("second");
    CountHarness after = restore(begun, backend, QUIET);
    List<ItemWrite> writes = new ArrayList<>();
    Await.until(
        "the end of the republication",
        Duration.ofSeconds(20),
        () -> {
          advance(after, 1_000);
          writes.addAll(after.take());
          return republishKeysLeft(after) == 0;
        });
    // The last of them waited for their slot.
    advance(after, 1_000);
    writes.addAll(after.take());
    // Once each: the second request writes what the first would have written.
    assertThat(writes).hasSize(KEYS - 1);
    assertThat(views(writes)).isEqualTo(allViews());
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void requestUnderWayTwice_goesOnAfterAFailure_andComesToItsEnd(String backend) throws Exception {
    OperatorSubtaskState state = checkpoint(quietJob(backend), 1);
    table.request("first");
    OperatorSubtaskState begun = checkpoint(restore(state, backend, QUIET), 2);
    table.request("second");
    OperatorSubtaskState twice = checkpoint(restore(begun, backend, QUIET), 3);
    for (int subtask = 0; subtask < 2; subtask++) {
      CountHarness after = restore(twice, backend, 2, subtask, QUIET);
      Await.until(
          "the end of the republication",
          Duration.ofSeconds(20),
          () -> {
            advance(after, 1_000);
            return republishKeysLeft(after) == 0;
          });
    }
  }

  @Test
  void runningJob_takesARequestUp() throws Exception {
    CountHarness job = quietJob("heap");
    table.request("again");
    Map<String, Double> views = new HashMap<>();
    Await.until(
        "every item",
        Duration.ofSeconds(20),
        () -> {
          advance(job, 1_000);
          views.putAll(views(job.take()));
          return views.size() == KEYS - 1;
        });
    assertThat(views).isEqualTo(allViews());
    Await.until(
        "the answer",
        Duration.ofSeconds(20),
        () -> {
          advance(job, 1_000);
          return table.item().republishing().equals(Optional.of("again"));
        });
  }

  @Test
  void stateOfAnEarlierRelease_isAccepted_overItsTable_whichGetsTheItem() throws Exception {
    CountHarness earlier = new CountHarness(TestCatalogs.SMALL, new HashMapStateBackend(), 1, 0);
    harnesses.add(earlier);
    earlier.open();
    earlier.send("user", "u", VIEW, T0);
    OperatorSubtaskState state = earlier.snapshot(1, 0);
    restore(state, "heap", QUIET);
    CatalogItem item = table.item();
    assertThat(item.tableId()).isNotEmpty();
    assertThat(item.since("user", "view", "10s")).contains(0L);
  }
}
