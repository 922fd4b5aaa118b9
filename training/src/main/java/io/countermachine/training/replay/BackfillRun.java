package io.countermachine.training.replay;

import io.countermachine.catalog.Catalog;
import io.countermachine.deadletters.Reason;
import io.countermachine.job.config.CatalogText;
import io.countermachine.job.counting.CountingTypes;
import io.countermachine.job.counting.KeyedCounters;
import io.countermachine.job.counting.PreAggregateOperator;
import io.countermachine.job.ingest.Event;
import io.countermachine.measure.Counters;
import io.countermachine.measure.Schema;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.apache.flink.util.Collector;

/**
 * Sums past events per group and key: with the job's decoder, deduplication and sums before the
 * shuffle, and then all sums of a key together.
 */
public final class BackfillRun {
  private static final int SUMMED_KEYS = 50_000;
  private static final String SUMS = "sums";
  private static final Duration SUMMED_FOR = Duration.ofMinutes(1);

  private final StreamExecutionEnvironment env;
  private final CloseableIterator<KeyedCounters> sums;
  private final JobClient job;

  private BackfillRun(
      StreamExecutionEnvironment env, CloseableIterator<KeyedCounters> sums, JobClient job) {
    this.env = env;
    this.sums = sums;
    this.job = job;
  }

  /**
   * What a run has read and skipped.
   *
   * @param events the number of event records
   * @param sums the number of sums
   * @param deadLetters the number of events that could not be counted, by reason
   */
  public record Progress(long events, long sums, Map<Reason, Long> deadLetters) {}

  /**
   * Starts a run, on the cluster in Flink's environment, or in this process.
   *
   * @param schemas what is summed; the catalog has all of their measures and intervals
   * @param cutMillis events that arrived at or after this instant are not summed, epoch
   *     milliseconds
   * @param rules the rules that block events; empty if none does
   * @param parallelism the parallelism of a run in this process
   */
  public static BackfillRun start(
      CatalogText catalogText,
      List<Schema> schemas,
      long cutMillis,
      Optional<RuleHistory> rules,
      EventInput input,
      int parallelism)
      throws Exception {
    StreamExecutionEnvironment env = TrainingRun.environment(parallelism);
    CloseableIterator<KeyedCounters> sums =
        define(env, catalogText, schemas, cutMillis, rules, input).collectAsync();
    return new BackfillRun(env, sums, env.executeAsync("counter-machine backfill"));
  }

  /**
   * A sum for each group and key. Reading blocks until the next one, and fails if the run fails.
   */
  public CloseableIterator<KeyedCounters> sums() {
    return sums;
  }

  /** The progress so far, with a delay of some seconds. */
  public Progress progress() throws ExecutionException, InterruptedException {
    return progress(job.getAccumulators().get());
  }

  /** The final numbers, after the last sum was read. */
  public Progress result() throws Exception {
    Progress result = progress(job.getJobExecutionResult().get().getAllAccumulatorResults());
    sums.close();
    env.close();
    return result;
  }

  private static Progress progress(Map<String, Object> accumulators) {
    return new Progress(
        TrainingRun.count(accumulators, CountRecords.READ),
        TrainingRun.count(accumulators, SUMS),
        TrainingRun.deadLetters(accumulators));
  }

  /**
   * Builds the graph.
   *
   * @param schemas what is summed; the catalog has all of their measures and intervals
   * @param cutMillis events that arrived at or after this instant are not summed, epoch
   *     milliseconds
   * @return a sum for each group and key that has events
   */
  private static SingleOutputStreamOperator<KeyedCounters> define(
      StreamExecutionEnvironment env,
      CatalogText catalogText,
      List<Schema> schemas,
      long cutMillis,
      Optional<RuleHistory> rules,
      EventInput input) {
    Catalog catalog = catalogText.catalog();
    TypeInformation<KeyedCounters> sums = CountingTypes.keyedCounters(schemas);
    DataStream<Event> events =
        TrainingWorkflow.decode(catalogText, rules, TrainingRun.records(env, input))
            .filter(event -> event.recordMillis() < cutMillis)
            .name("before");
    DataStream<Event> counted =
        catalog
            .deduplication()
            .map(rule -> TrainingWorkflow.deduplicate(rule, events))
            .orElse(events);
    return counted
        .transform(
            "pre-aggregate",
            CountingTypes.keyedCounters(catalog),
            new PreAggregateOperator(catalogText, SUMMED_KEYS, SUMMED_FOR, Optional.empty()))
        .flatMap(new OfSchemas(schemas))
        .returns(sums)
        .name("new")
        .keyBy(sum -> sum.counters().schema().name() + '\n' + sum.key())
        .reduce(BackfillRun::merged)
        .returns(sums)
        .name("sum")
        .map(new CountRecords<KeyedCounters>(SUMS))
        .returns(sums)
        .name("count sums");
  }

  private static KeyedCounters merged(KeyedCounters all, KeyedCounters more) {
    all.counters().merge(more.counters());
    return all;
  }

  /** Reduces sums to the requested measures. */
  private static final class OfSchemas implements FlatMapFunction<KeyedCounters, KeyedCounters> {
    private static final long serialVersionUID = 1L;

    private final Map<String, Schema> schemas = new HashMap<>();

    OfSchemas(List<Schema> schemas) {
      schemas.forEach(schema -> this.schemas.put(schema.name(), schema));
    }

    @Override
    public void flatMap(KeyedCounters sum, Collector<KeyedCounters> out) {
      Schema schema = schemas.get(sum.counters().schema().name());
      if (schema == null) {
        return;
      }
      Counters left = sum.counters().as(schema);
      if (left.happened()) {
        out.collect(new KeyedCounters(sum.key(), left));
      }
    }
  }
}
