package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.job.TestCatalogs;
import io.countermachine.job.config.CatalogText;
import io.countermachine.measure.Counters;
import io.countermachine.measure.Occurrence;
import io.countermachine.measure.Schema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.junit.jupiter.api.Test;

class BufferedCountersTest {
  private static final long T0 = 1_707_605_599_000L;
  private static final int VIEW = 0;
  private static final int LIFETIME = 1;

  private static CountHarness create() throws Exception {
    return new CountHarness(TestCatalogs.SMALL, new HashMapStateBackend(), 1, 0);
  }

  @Test
  void changedKey_reachesTheState_whenItIsWritten() throws Exception {
    try (CountHarness harness = create()) {
      harness.open();
      harness.send("user", "u", VIEW, T0);
      harness.send("user", "u", VIEW, T0);
      assertThat(harness.numKeyedStateEntries()).isZero();

      harness.advanceTo(1_000);
      assertThat(harness.numKeyedStateEntries()).isEqualTo(1);
      assertThat(viewsWritten(harness)).isEqualTo(Map.of("u", 2.0));
    }
  }

  @Test
  void sumsBeforeAndAfterACheckpoint_areInTheSameWrite() throws Exception {
    OperatorSubtaskState state;
    try (CountHarness harness = create()) {
      harness.open();
      harness.send("user", "u", VIEW, T0);
      state = harness.snapshot(1, 0);
      harness.send("user", "u", VIEW, T0);
      harness.advanceTo(1_000);
      assertThat(viewsWritten(harness)).isEqualTo(Map.of("u", 2.0));
    }
    try (CountHarness restored = create()) {
      restored.initializeState(state);
      restored.open();
      restored.send("user", "u", VIEW, T0);
      restored.send("user", "u", VIEW, T0);
      restored.advanceTo(1_000);
      assertThat(viewsWritten(restored)).isEqualTo(Map.of("u", 3.0));
    }
  }

  @Test
  void moreKeysThanAreBuffered_areAllCountedAndWritten() throws Exception {
    int keys = BufferedCounters.MOST_BUFFERED + 10;
    try (CountHarness harness = create()) {
      harness.open();
      for (int event = 0; event < 2; event++) {
        for (int i = 0; i < keys; i++) {
          harness.send("user", "u" + i, VIEW, T0);
        }
      }
      assertThat(harness.numKeyedStateEntries()).isBetween(1, keys);

      harness.advanceTo(1_000);
      Map<String, Double> views = viewsWritten(harness);
      assertThat(views).hasSize(keys);
      assertThat(views.values()).containsOnly(2.0);
    }
  }

  /** A few keys can take much memory, so the buffer is also limited in bytes. */
  @Test
  void keysWithMoreThanIsBuffered_areAllCountedAndWritten() throws Exception {
    CatalogText catalog =
        new CatalogText(
            "lists.yaml",
            "{events: {view: {}}, groups: {user: {key: [userId],"
                + " lists: {seen: {of: view, fields: [page], keep: 50}}}}}");
    Schema schema = catalog.catalog().group("user").orElseThrow().schema();
    Object[] page = {"x".repeat(250)};
    int keys = (int) (BufferedCounters.MOST_BUFFERED_BYTES / (50 * 250));
    assertThat(keys).isLessThan(BufferedCounters.MOST_BUFFERED);
    try (CountHarness harness = new CountHarness(catalog, new HashMapStateBackend(), 1, 0)) {
      harness.open();
      Occurrence occurrence = new Occurrence();
      for (int key = 0; key < keys; key++) {
        Counters sum = new Counters(schema);
        for (int view = 0; view < 50; view++) {
          sum.add(0, occurrence.at(T0 + view).fields(page));
        }
        harness.processElement(new KeyedCounters("u" + key, sum), 0);
      }
      assertThat(harness.numKeyedStateEntries()).isBetween(1, keys);
      harness.advanceTo(1_000);
      assertThat(harness.take()).hasSize(keys);
    }
  }

  @Test
  void whatIsBuffered_isWritten_atTheEndOfTheInput() throws Exception {
    try (CountHarness harness = create()) {
      harness.open();
      harness.send("user", "u", VIEW, T0);
      harness.endInput();
      harness.getOperator().finish();
      assertThat(viewsWritten(harness)).isEqualTo(Map.of("u", 1.0));
    }
  }

  private static Map<String, Double> viewsWritten(CountHarness harness) {
    Map<String, Double> views = new HashMap<>();
    List<ItemWrite> writes = harness.take();
    writes.forEach(write -> views.put(write.key(), write.counters().stored(VIEW, LIFETIME)));
    assertThat(views).hasSameSizeAs(writes);
    return views;
  }
}
