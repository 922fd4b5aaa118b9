package io.countermachine.job.counting;

import io.countermachine.job.config.CatalogText;
import io.countermachine.job.rules.RuleBooks;
import io.countermachine.measure.Counters;
import io.countermachine.measure.Schema;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;

/**
 * The counting operator in Flink's harness, with the catalog's own serializers at its output. It
 * flushes every second, its input may have waited 200 ms, and it waits 40 s for older writes. If
 * requested, it writes 10 items per second again. Its clock starts at 0.
 */
final class CountHarness
    extends KeyedOneInputStreamOperatorTestHarness<String, KeyedCounters, ItemWrite> {
  static final int MAX_PARALLELISM = 16;
  static final double REPUBLISHED_PER_SECOND = 10;

  private final CatalogText catalog;

  CountHarness(CatalogText catalog, StateBackend backend, int parallelism, int subtask)
      throws Exception {
    this(catalog, backend, parallelism, subtask, Optional.empty());
  }

  CountHarness(
      CatalogText catalog,
      StateBackend backend,
      int parallelism,
      int subtask,
      Optional<CatalogItems.Provider> catalogItems)
      throws Exception {
    this(catalog, backend, parallelism, subtask, catalogItems, Optional.empty());
  }

  CountHarness(
      CatalogText catalog,
      StateBackend backend,
      int parallelism,
      int subtask,
      Optional<CatalogItems.Provider> catalogItems,
      Optional<RuleBooks> ruleBooks)
      throws Exception {
    this(catalog, backend, parallelism, subtask, catalogItems, ruleBooks, Optional.empty());
  }

  CountHarness(
      CatalogText catalog,
      StateBackend backend,
      int parallelism,
      int subtask,
      Optional<CatalogItems.Provider> catalogItems,
      Optional<RuleBooks> ruleBooks,
      Optional<HistoryCut> historyCut)
      throws Exception {
    super(
        new CountOperator(
            catalog,
            Duration.ofSeconds(1),
            Duration.ofMillis(200),
            Duration.ofSeconds(40),
            REPUBLISHED_PER_SECOND,
            catalogItems,
            ruleBooks,
            historyCut),
        KeyedCounters::key,
        Types.STRING,
        MAX_PARALLELISM,
        parallelism,
        subtask);
    this.catalog = catalog;
    setStateBackend(backend);
    setup(CountingTypes.itemWrite(catalog.catalog()).createSerializer(new SerializerConfigImpl()));
  }

  private Schema schema(String group) {
    return catalog.catalog().group(group).orElseThrow().schema();
  }

  /** Sends the sum of some events of one key, as pairs of measure and event time. */
  void send(String group, String key, long... measuresAndTimes) throws Exception {
    Counters sum = new Counters(schema(group));
    for (int i = 0; i < measuresAndTimes.length; i += 2) {
      sum.add((int) measuresAndTimes[i], 1, measuresAndTimes[i + 1]);
    }
    processElement(new KeyedCounters(key, sum), 0);
  }

  /** Sends one event. */
  void sendAmount(String group, String key, int measure, double amount, long eventTimeMillis)
      throws Exception {
    Counters sum = new Counters(schema(group));
    sum.add(measure, amount, eventTimeMillis);
    processElement(new KeyedCounters(key, sum), 0);
  }

  /** The writes that this chain's sink reports as in doubt. */
  InDoubtWrites inDoubtWrites() {
    return InDoubtWrites.of(
        getOperator().getRuntimeContext().getJobInfo(),
        getOperator().getRuntimeContext().getTaskInfo());
  }

  void advanceTo(long processingTimeMillis) throws Exception {
    setStateTtlProcessingTime(processingTimeMillis);
    // Step by step, like a real clock: each tick schedules the next.
    for (long now = getProcessingTime(); now < processingTimeMillis; now += 50) {
      setProcessingTime(Math.min(processingTimeMillis, now + 50));
    }
  }

  List<ItemWrite> take() {
    List<ItemWrite> taken = List.copyOf(extractOutputValues());
    getOutput().clear();
    return taken;
  }

  List<String> takeKeys() {
    return take().stream().map(ItemWrite::key).toList();
  }
}
