package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.countermachine.job.config.CatalogText;
import io.countermachine.measure.Counters;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.contrib.streaming.state.EmbeddedRocksDBStateBackend;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * State and table agree on what has expired when the catalog's {@code retain} changes. A key gets a
 * like and, an hour of event time later, another: together 1 + e^-1 as of the second if the first
 * still exists, and 1 if it has expired. In the table it has expired from the exact millisecond of
 * {@code expiresAt} on.
 */
class ExpiryTest {
  private static final long T0 = 1_707_605_599_000L;
  private static final long HOUR = 3_600_000;
  private static final int LIKE = 0;
  private static final double BOTH = 1 + Math.exp(-1);

  /** The like is written in the first second, so its item expires at 61 s with a retain of 60 s. */
  private static final long WRITTEN = 1_000;

  private static final long EXPIRED = 61_000;

  private final List<CountHarness> harnesses = new ArrayList<>();

  private static CatalogText catalog(String intervals, String retain) {
    return new CatalogText(
        "retain.yaml",
        """
        timestamps: {unit: milliseconds}
        events: {like: {}}
        groups:
          post: {key: [postId], counts: [like], intervals: [%s]%s}
        """
            .formatted(intervals, retain));
  }

  private static final CatalogText MINUTE = catalog("1h", ", retain: 60s");
  private static final CatalogText DAY = catalog("1h", ", retain: 1d");
  private static final CatalogText LIFETIME = catalog("1h, lifetime", "");

  @AfterEach
  void close() throws Exception {
    for (CountHarness harness : harnesses) {
      harness.close();
    }
  }

  private CountHarness open(
      CatalogText catalog, String backend, OperatorSubtaskState state, long now) throws Exception {
    StateBackend states =
        backend.equals("heap") ? new HashMapStateBackend() : new EmbeddedRocksDBStateBackend();
    CountHarness harness = new CountHarness(catalog, states, 1, 0);
    harnesses.add(harness);
    harness.setStateTtlProcessingTime(now);
    harness.setProcessingTime(now);
    if (state != null) {
      harness.initializeState(state);
    }
    harness.open();
    return harness;
  }

  /** A job with the first catalog counts a like, writes it and is stopped after 18 s. */
  private OperatorSubtaskState likedUnder(CatalogText catalog, String backend) throws Exception {
    CountHarness before = open(catalog, backend, null, 0);
    before.send("post", "p", LIKE, T0);
    before.advanceTo(WRITTEN);
    assertThat(valueWritten(before)).isEqualTo(1);
    before.advanceTo(18_000);
    return before.snapshot(1, 18_000);
  }

  /** The written value after a second like at a time of the clock. */
  private double likeAgainAt(CountHarness job, long time) throws Exception {
    // Past the slot of the key, so that the like is written at once.
    job.setStateTtlProcessingTime(time);
    job.setProcessingTime(time);
    job.take();
    job.send("post", "p", LIKE, T0 + HOUR);
    job.snapshot(2, time);
    job.advanceTo(time + 1_000);
    return valueWritten(job);
  }

  private static double valueWritten(CountHarness harness) {
    List<ItemWrite> writes = harness.take();
    assertThat(writes).hasSize(1);
    Counters counters = writes.get(0).counters();
    assertThat(counters.expiresAtSeconds()).isEqualTo(writes.get(0).expiresAtSeconds());
    return counters.stored(LIKE, 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void longerRetain_doesNotBringBack_whatTheTableHasLost(String backend) throws Exception {
    OperatorSubtaskState state = likedUnder(MINUTE, backend);
    CountHarness after = open(DAY, backend, state, 18_000);
    assertThat(likeAgainAt(after, EXPIRED)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void longerRetain_countsOn_whatTheTableStillHas(String backend) throws Exception {
    OperatorSubtaskState state = likedUnder(MINUTE, backend);
    CountHarness after = open(DAY, backend, state, 18_000);
    assertThat(likeAgainAt(after, EXPIRED - 1)).isCloseTo(BOTH, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void shorterRetain_countsOn_whatTheTableStillHas(String backend) throws Exception {
    OperatorSubtaskState state = likedUnder(DAY, backend);
    CountHarness after = open(MINUTE, backend, state, 18_000);
    assertThat(likeAgainAt(after, HOUR)).isCloseTo(BOTH, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void shorterRetain_holdsForWhatIsWrittenUnderIt(String backend) throws Exception {
    OperatorSubtaskState state = likedUnder(DAY, backend);
    CountHarness after = open(MINUTE, backend, state, 18_000);
    after.send("post", "p", LIKE, T0);
    after.advanceTo(19_000);
    assertThat(valueWritten(after)).isEqualTo(2);
    assertThat(likeAgainAt(after, 80_000)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void retainChangedTwice_countsOn_whatTheTableStillHas(String backend) throws Exception {
    OperatorSubtaskState state = likedUnder(DAY, backend);
    CountHarness between = open(MINUTE, backend, state, 18_000);
    between.advanceTo(20_000);
    state = between.snapshot(2, 20_000);
    CountHarness after = open(MINUTE, backend, state, 20_000);
    assertThat(likeAgainAt(after, HOUR)).isCloseTo(BOTH, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void addedLifetime_doesNotBringBack_whatTheTableHasLost(String backend) throws Exception {
    OperatorSubtaskState state = likedUnder(MINUTE, backend);
    CountHarness after = open(LIFETIME, backend, state, 18_000);
    assertThat(likeAgainAt(after, EXPIRED)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void removedLifetime_countsOn_whatTheTableKeepsForEver(String backend) throws Exception {
    OperatorSubtaskState state = likedUnder(LIFETIME, backend);
    CountHarness after = open(MINUTE, backend, state, 18_000);
    assertThat(likeAgainAt(after, 20 * HOUR)).isCloseTo(BOTH, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void removedLifetime_holdsForWhatIsWrittenAfterIt(String backend) throws Exception {
    OperatorSubtaskState state = likedUnder(LIFETIME, backend);
    CountHarness after = open(MINUTE, backend, state, 18_000);
    after.send("post", "p", LIKE, T0);
    after.advanceTo(19_000);
    assertThat(valueWritten(after)).isEqualTo(2);
    assertThat(likeAgainAt(after, 80_000)).isEqualTo(1);
  }

  /** The like comes in the last millisecond of its key, and is written after it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void likeBeforeTheExpiry_keepsItsKey_whereverACheckpointIs(boolean checkpointBetween)
      throws Exception {
    CountHarness job = open(MINUTE, "heap", null, 0);
    // After that, no confirmation is due any longer.
    job.advanceTo(100_000);
    job.send("post", "p", LIKE, T0);
    job.advanceTo(101_000);
    assertThat(valueWritten(job)).isEqualTo(1);

    job.advanceTo(160_999);
    job.send("post", "p", LIKE, T0 + HOUR);
    assertThat(job.take()).isEmpty();
    if (checkpointBetween) {
      job.snapshot(1, 160_999);
    }
    job.advanceTo(162_000);
    assertThat(valueWritten(job)).isCloseTo(BOTH, within(1e-12));
  }

  /** The earlier one decides, for everything that is added to it. */
  @Test
  void likesBeforeAndAfterTheExpiry_inOneSum_keepTheirKey() throws Exception {
    CountHarness job = open(MINUTE, "heap", null, 0);
    job.advanceTo(100_000);
    job.send("post", "p", LIKE, T0);
    job.advanceTo(101_000);
    assertThat(valueWritten(job)).isEqualTo(1);

    job.advanceTo(160_999);
    job.send("post", "p", LIKE, T0 + HOUR);
    job.setProcessingTime(161_000);
    List<ItemWrite> atOnce = job.take();
    job.send("post", "p", LIKE, T0 + HOUR);
    job.advanceTo(162_000);
    List<ItemWrite> writes = new ArrayList<>(atOnce);
    writes.addAll(job.take());
    assertThat(writes.get(writes.size() - 1).counters().stored(LIKE, 0))
        .isCloseTo(1 + BOTH, within(1e-12));
  }

  @Test
  void confirmedWrite_isKeptAsLongAsItsItem() throws Exception {
    CountHarness job = open(MINUTE, "heap", null, 0);
    job.send("post", "p", LIKE, T0);
    job.advanceTo(WRITTEN);
    assertThat(valueWritten(job)).isEqualTo(1);
    // Confirmed between 40 and 80 s, unless it has expired.
    job.advanceTo(81_000);
    List<ItemWrite> confirmed = job.take();
    assertThat(confirmed.size()).isLessThanOrEqualTo(1);
    long expiresAt = confirmed.isEmpty() ? EXPIRED : confirmed.get(0).expiresAtSeconds() * 1_000;
    double expected = expiresAt > 82_000 ? BOTH : 1;
    assertThat(likeAgainAt(job, 82_000)).isCloseTo(expected, within(1e-12));
  }

  @Test
  void expiredCounters_areNotWrittenAgain() throws Exception {
    CountHarness before = open(MINUTE, "heap", null, 100_000);
    before.send("post", "p", LIKE, T0);
    before.advanceTo(101_000);
    before.take();
    before.inDoubtWrites().add(List.of(new InDoubtWrites.Item("post", "p")));
    OperatorSubtaskState state = before.snapshot(1, 101_000);

    CountHarness after = open(DAY, "heap", state, 200_000);
    after.advanceTo(300_000);
    assertThat(after.take()).isEmpty();
  }
}
