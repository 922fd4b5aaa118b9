package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Durations;
import io.countermachine.catalog.Group;
import io.countermachine.job.TestCatalogs;
import java.time.Duration;
import org.apache.flink.contrib.streaming.state.EmbeddedRocksDBStateBackend;
import org.apache.flink.contrib.streaming.state.RocksDBKeyedStateBackend;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.junit.jupiter.api.Test;

/** In the small catalog, pairs are kept for an hour, and users, who have a lifetime, for ever. */
class CountersStateTest {
  private static final long T0 = 1_707_605_599_000L;
  private static final int VIEW = 0;
  private static final int OLD_KEYS = 100;
  private static final int NEW_KEYS = 700;
  private static final long AFTER_AN_HOUR = 3_620_000;

  private static CountHarness open(StateBackend backend) throws Exception {
    CountHarness harness = new CountHarness(TestCatalogs.SMALL, backend, 1, 0);
    harness.open();
    for (int i = 0; i < OLD_KEYS; i++) {
      harness.send("pair", "old|" + i, VIEW, T0);
      harness.send("user", "old" + i, VIEW, T0);
    }
    harness.advanceTo(1_000);
    return harness;
  }

  @Test
  void expiredKeys_areRemovedFromTheHeap_byEventsOfOthers() throws Exception {
    try (CountHarness harness = open(new HashMapStateBackend())) {
      assertThat(harness.numKeyedStateEntries()).isEqualTo(2 * OLD_KEYS);

      harness.setStateTtlProcessingTime(AFTER_AN_HOUR);
      // Each is read and written, and at each access Flink checks two of the 16 times 128 slots.
      for (int i = 0; i < NEW_KEYS; i++) {
        harness.send("pair", "new|" + i, VIEW, T0);
      }
      harness.snapshot(1, 0);
      assertThat(harness.numKeyedStateEntries()).isEqualTo(OLD_KEYS + NEW_KEYS);
    }
  }

  @Test
  void expiredKeys_areRemovedFromRocksDb_byACompaction() throws Exception {
    try (CountHarness harness = open(new EmbeddedRocksDBStateBackend())) {
      RocksDBKeyedStateBackend<?> rocksDb =
          (RocksDBKeyedStateBackend<?>) harness.getOperator().getKeyedStateBackend();
      compact(rocksDb);
      assertThat(rocksDb.numKeyValueStateEntries()).isEqualTo(2 * OLD_KEYS);

      harness.setStateTtlProcessingTime(AFTER_AN_HOUR);
      compact(rocksDb);
      assertThat(rocksDb.numKeyValueStateEntries()).isEqualTo(OLD_KEYS);
    }
  }

  private static void compact(RocksDBKeyedStateBackend<?> rocksDb) throws Exception {
    for (Group group : TestCatalogs.SMALL.catalog().groups()) {
      rocksDb.compactState(CountersState.of(group, RetainHistory.keptMillis(group), 0));
    }
  }

  /** Otherwise an event in time would find nothing to be added to at its flush. */
  @Test
  void state_outlivesTheItem_byTheLongestFlush() {
    Group pair = TestCatalogs.SMALL.catalog().group("pair").orElseThrow();
    long hour = 3_600_000;
    assertThat(
            CountersState.of(pair, RetainHistory.keptMillis(pair), hour)
                .getTtlConfig()
                .getTimeToLive())
        .isGreaterThan(Duration.ofMillis(2 * hour));
    assertThat(CountersState.of(pair, RetainHistory.FOREVER, hour).getTtlConfig().getTimeToLive())
        .isEqualTo(Durations.LONGEST);
  }
}
