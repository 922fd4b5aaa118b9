package io.countermachine.job;

import io.countermachine.catalog.Catalog;
import io.countermachine.job.config.CatalogText;
import io.countermachine.job.counting.CatalogItems;
import io.countermachine.job.counting.CountOperator;
import io.countermachine.job.counting.CountingTypes;
import io.countermachine.job.counting.HistoryCut;
import io.countermachine.job.counting.ItemWrite;
import io.countermachine.job.counting.KeyedCounters;
import io.countermachine.job.counting.PreAggregateOperator;
import io.countermachine.job.derive.DeriveOperator;
import io.countermachine.job.derive.DeriveTypes;
import io.countermachine.job.derive.EmittedRecord;
import io.countermachine.job.derive.RouteFunction;
import io.countermachine.job.derive.VerbInput;
import io.countermachine.job.ingest.DeadLetter;
import io.countermachine.job.ingest.DecodeFunction;
import io.countermachine.job.ingest.DeduplicateOperator;
import io.countermachine.job.ingest.Event;
import io.countermachine.job.ingest.IngestTypes;
import io.countermachine.job.ingest.PassThroughOperator;
import io.countermachine.job.ingest.SourceRecord;
import io.countermachine.job.rules.RuleBooks;
import io.countermachine.job.series.SeriesFunction;
import io.countermachine.job.series.SeriesOperator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.util.OutputTag;

/**
 * The job's graph, from records to item writes and dead letters. The caller passes its sources and
 * sinks.
 *
 * <p>Sums of decayed values do not depend on order. So counting has no watermark and no window, and
 * no event is too late. Verbs have a separate stage beside counting, which exists only if the
 * catalog has verbs.
 */
public final class CounterWorkflow {
  /**
   * The tuning of the graph.
   *
   * @param flushInterval the shortest time between two writes of one key
   * @param confirmAfter how long after a start or a lost write an older write may still land
   * @param preAggregateFor the longest time that events are summed before the shuffle
   * @param preAggregateKeys the maximum number of keys that are summed before the shuffle
   * @param republishPerSecond how many items per second are written again if that is requested
   * @param oldestRecordMillis for a start without state, an instant (epoch milliseconds) that no
   *     record's Kafka timestamp precedes; {@link Long#MAX_VALUE} if no record is old
   */
  public record Tuning(
      Duration flushInterval,
      Duration confirmAfter,
      Duration preAggregateFor,
      int preAggregateKeys,
      double republishPerSecond,
      long oldestRecordMillis) {}

  /**
   * The history that a backfill hands over.
   *
   * @param sums the sums of history
   * @param cut the events that the job leaves to the backfill
   */
  public record History(DataStream<KeyedCounters> sums, HistoryCut cut) {}

  /** The uid of the verbs' stage. Its state exists while the catalog has verbs. */
  static final String DERIVE = "derive";

  /**
   * The uid of the sink for topics of the catalog. Its state exists while the catalog names any.
   */
  static final String EMIT = "emit";

  /** The uid of the series' stage. Its state exists while the catalog has series. */
  static final String SERIES = "series";

  private static final String DEDUPLICATE = "deduplicate";

  private CounterWorkflow() {}

  /**
   * Adds the graph between a stream of records and its outputs.
   *
   * @param catalogItems the table's item of the catalog; empty if items are not written to a table
   * @param ruleBooks the contents of the catalog's rules topic; empty if nothing is blocked
   * @param history the history of a backfill; empty if there is none
   * @param emitted receives the records for topics of the catalog, if it names any
   */
  public static void define(
      DataStream<SourceRecord> records,
      CatalogText catalogText,
      Tuning tuning,
      Optional<CatalogItems.Provider> catalogItems,
      Optional<RuleBooks> ruleBooks,
      Optional<History> history,
      Consumer<DataStream<EmittedRecord>> emitted,
      Consumer<DataStream<ItemWrite>> items,
      Consumer<DataStream<DeadLetter>> deadLetters) {
    Catalog catalog = catalogText.catalog();
    OutputTag<DeadLetter> deadLetterTag =
        new OutputTag<>("dead-letters", TypeInformation.of(DeadLetter.class));
    SingleOutputStreamOperator<Event> events =
        records
            .process(new DecodeFunction(catalogText, deadLetterTag, ruleBooks))
            .returns(IngestTypes.event())
            .uid("decode")
            .name("decode");
    deadLetters.accept(events.getSideOutput(deadLetterTag));

    // Events without an id pass through here, too. A path around it would need a union, which Flink
    // never chains, so every event would be serialized once more. The operator exists in every
    // catalog, so that a catalog without deduplication restores its state, too.
    DataStream<Event> counted =
        catalog
            .deduplication()
            .map(
                deduplication ->
                    events
                        .keyBy(DeduplicateOperator.byId())
                        .transform(
                            DEDUPLICATE,
                            IngestTypes.event(),
                            new DeduplicateOperator(
                                deduplication.within(), tuning.oldestRecordMillis())))
            .orElseGet(
                () -> events.transform(DEDUPLICATE, IngestTypes.event(), new PassThroughOperator()))
            .uid(DEDUPLICATE);

    Optional<HistoryCut> cut = history.map(History::cut);
    DataStream<KeyedCounters> sums = sums(counted, "pre-aggregate", catalogText, tuning, cut);
    boolean hasSeries = !catalog.series().isEmpty();
    List<DataStream<KeyedCounters>> ofSeries = new ArrayList<>();
    List<DataStream<EmittedRecord>> toTopics = new ArrayList<>();
    if (hasSeries) {
      ofSeries.add(ofSeries(sums, "series-sums", catalogText));
    }
    if (!catalog.verbEvents().isEmpty()) {
      SingleOutputStreamOperator<Event> derived = derived(counted, catalogText, ruleBooks);
      if (!catalog.emittedTopics().isEmpty()) {
        toTopics.add(derived.getSideOutput(DeriveOperator.EMITTED));
      }
      // Summed separately: a union before the sums would break the operator chain of the records'
      // events.
      DataStream<KeyedCounters> derivedSums =
          sums(derived, "pre-aggregate-derived", catalogText, tuning, Optional.empty());
      if (hasSeries) {
        ofSeries.add(ofSeries(derivedSums, "series-sums-derived", catalogText));
      }
      sums = sums.union(derivedSums);
    }
    if (hasSeries) {
      toTopics.add(series(union(ofSeries), catalogText, tuning, ruleBooks));
    }
    if (!toTopics.isEmpty()) {
      emitted.accept(union(toTopics));
    }
    if (history.isPresent()) {
      sums = sums.union(history.get().sums());
    }
    DataStream<ItemWrite> writes =
        sums.keyBy(KeyedCounters::key)
            .transform(
                "count",
                CountingTypes.itemWrite(catalog),
                new CountOperator(
                    catalogText,
                    tuning.flushInterval(),
                    tuning.preAggregateFor(),
                    tuning.confirmAfter(),
                    tuning.republishPerSecond(),
                    catalogItems,
                    ruleBooks,
                    cut))
            .uid("count");
    items.accept(writes);
  }

  private static DataStream<KeyedCounters> sums(
      DataStream<Event> events,
      String uid,
      CatalogText catalogText,
      Tuning tuning,
      Optional<HistoryCut> cut) {
    return events
        .transform(
            uid,
            CountingTypes.keyedCounters(catalogText.catalog()),
            new PreAggregateOperator(
                catalogText, tuning.preAggregateKeys(), tuning.preAggregateFor(), cut))
        .uid(uid);
  }

  private static <T> DataStream<T> union(List<DataStream<T>> streams) {
    return streams.stream().reduce((one, other) -> one.union(other)).orElseThrow();
  }

  /** The parts of sums that series topics need, taken before the shuffle. */
  private static DataStream<KeyedCounters> ofSeries(
      DataStream<KeyedCounters> sums, String uid, CatalogText catalogText) {
    return sums.flatMap(new SeriesFunction(catalogText))
        .returns(SeriesFunction.type(catalogText))
        .uid(uid)
        .name(uid);
  }

  private static DataStream<EmittedRecord> series(
      DataStream<KeyedCounters> sums,
      CatalogText catalogText,
      Tuning tuning,
      Optional<RuleBooks> ruleBooks) {
    return sums.keyBy(SeriesOperator::key)
        .transform(
            SERIES,
            TypeInformation.of(EmittedRecord.class),
            new SeriesOperator(catalogText, tuning.preAggregateFor(), ruleBooks))
        .uid(SERIES);
  }

  /** The events that verbs derive from others. */
  private static SingleOutputStreamOperator<Event> derived(
      DataStream<Event> events, CatalogText catalogText, Optional<RuleBooks> ruleBooks) {
    return events
        .flatMap(new RouteFunction(catalogText))
        .returns(DeriveTypes.verbInput())
        .uid("route")
        .name("route")
        .keyBy(VerbInput::key)
        .transform(DERIVE, IngestTypes.event(), new DeriveOperator(catalogText, ruleBooks))
        .uid(DERIVE);
  }
}
