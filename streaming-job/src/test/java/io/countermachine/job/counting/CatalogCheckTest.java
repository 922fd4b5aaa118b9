package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.job.config.CatalogText;
import java.util.Map;
import org.apache.flink.api.common.ExecutionConfig.GlobalJobParameters;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** Which catalogs the counting operator accepts for its own snapshots. */
class CatalogCheckTest {
  private static final CatalogText PAIR = catalog("pair: {key: [userId, postId], counts: [like]}");
  private static final CatalogText OTHER = catalog("other: {key: [userId], counts: [like]}");

  private static CatalogText catalog(String group) {
    return new CatalogText(
        "test.yaml",
        """
        timestamps: {unit: milliseconds, maxAhead: 1m}
        events: {like: {}}
        intervals: [10s, lifetime]
        groups:
          %s
        """
            .formatted(group));
  }

  private static CountHarness harness(CatalogText catalog, int parallelism, int subtask)
      throws Exception {
    return new CountHarness(catalog, new HashMapStateBackend(), parallelism, subtask);
  }

  /** Continues from a snapshot, if there is one, and makes the next. */
  private static OperatorSubtaskState goOn(OperatorSubtaskState from, CatalogText catalog)
      throws Exception {
    try (CountHarness harness = harness(catalog, 1, 0)) {
      if (from != null) {
        harness.initializeState(from);
      }
      harness.open();
      return harness.snapshot(1, 1);
    }
  }

  @Test
  void group_isRefused_whenItsKeyIsAnother() throws Exception {
    OperatorSubtaskState counted = goOn(null, PAIR);
    for (String key :
        new String[] {"[postId]", "[postId, userId]", "[userId, postId, creatorId]"}) {
      assertThatThrownBy(
              () -> goOn(counted, catalog("pair: {key: %s, counts: [like]}".formatted(key))))
          .isInstanceOf(SuppressRestartsException.class)
          .rootCause()
          .hasMessageContaining(
              "group pair was counted by the key [userId, postId], and the catalog now says " + key)
          .hasMessageContaining("another name");
    }
  }

  @Test
  void group_isGoneOnWith_whenOnlyWhatItCountsIsAnother() throws Exception {
    OperatorSubtaskState counted = goOn(null, PAIR);
    assertThatCode(
            () ->
                goOn(
                    counted,
                    catalog("pair: {key: [userId, postId], counts: [like], intervals: [1h]}")))
        .doesNotThrowAnyException();
  }

  @Test
  void groupThatComesBack_isRefused_whenItsKeyIsAnotherThanBeforeItsRemoval() throws Exception {
    OperatorSubtaskState without = goOn(goOn(goOn(null, PAIR), OTHER), OTHER);
    assertThatCode(() -> goOn(without, PAIR)).doesNotThrowAnyException();
    assertThatThrownBy(() -> goOn(without, catalog("pair: {key: [postId], counts: [like]}")))
        .rootCause()
        .hasMessageContaining("group pair was counted by the key [userId, postId]");
  }

  @Test
  void everySubtask_knowsTheKeys_whateverTheParallelismWas() throws Exception {
    OperatorSubtaskState first;
    OperatorSubtaskState second;
    try (CountHarness one = harness(PAIR, 2, 0);
        CountHarness two = harness(PAIR, 2, 1)) {
      one.open();
      two.open();
      first = one.snapshot(1, 1);
      second = two.snapshot(1, 1);
    }
    OperatorSubtaskState both = AbstractStreamOperatorTestHarness.repackageState(first, second);
    for (int subtask = 0; subtask < 3; subtask++) {
      int own = subtask;
      assertThatThrownBy(
              () ->
                  restore(catalog("pair: {key: [postId], counts: [like]}"), both, 2, 3, own, false))
          .rootCause()
          .hasMessageContaining("group pair was counted by the key [userId, postId]");
    }
  }

  private static void restore(
      CatalogText catalog,
      OperatorSubtaskState all,
      int before,
      int parallelism,
      int subtask,
      boolean same)
      throws Exception {
    OperatorSubtaskState own =
        AbstractStreamOperatorTestHarness.repartitionOperatorState(
            all, CountHarness.MAX_PARALLELISM, before, parallelism, subtask);
    try (CountHarness harness = harness(catalog, parallelism, subtask)) {
      if (same) {
        harness.getExecutionConfig().setGlobalJobParameters(new SameCatalog());
      }
      harness.initializeState(own);
      harness.open();
    }
  }

  @Test
  void eventsInFlight_areRefusedUnderAnotherCatalog() throws Exception {
    OperatorSubtaskState counted = goOn(null, PAIR);
    CatalogText more = catalog("pair: {key: [userId, postId], counts: [like], intervals: [1h]}");
    assertThatCode(() -> restore(PAIR, counted, 1, 1, 0, true)).doesNotThrowAnyException();
    assertThatThrownBy(() -> restore(more, counted, 1, 1, 0, true))
        .isInstanceOf(SuppressRestartsException.class)
        .rootCause()
        .hasMessageContaining("events between operators");
  }

  private static final class SameCatalog extends GlobalJobParameters {
    private static final long serialVersionUID = 1L;

    @Override
    public Map<String, String> toMap() {
      return Map.of(CatalogCheck.SAME_CATALOG, "true");
    }
  }
}
