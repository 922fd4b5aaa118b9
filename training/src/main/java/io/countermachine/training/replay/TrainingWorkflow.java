package io.countermachine.training.replay;

import io.countermachine.catalog.Deduplication;
import io.countermachine.job.config.CatalogSource;
import io.countermachine.job.derive.DeriveTypes;
import io.countermachine.job.derive.RouteFunction;
import io.countermachine.job.derive.VerbInput;
import io.countermachine.job.ingest.DeadLetter;
import io.countermachine.job.ingest.DecodeFunction;
import io.countermachine.job.ingest.DeduplicateOperator;
import io.countermachine.job.ingest.Event;
import io.countermachine.job.ingest.IngestTypes;
import io.countermachine.job.ingest.SourceRecord;
import io.countermachine.job.rules.RuleBooks;
import io.countermachine.job.state.SerializedTypeInfo;
import io.countermachine.training.TrainingRow;
import io.countermachine.training.TrainingSpec;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.SerializableTimestampAssigner;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.OutputTag;

/**
 * The graph from events and requests to rows, for Flink's BATCH mode: the job's own decoder and
 * deduplication, then each key's events and requests in order, then the results of each request.
 *
 * <p>Unlike the job, this sorts events instead of pre-aggregating them: a request sees a key's
 * counters between two events.
 */
public final class TrainingWorkflow {
  private static final TypeInformation<KeyedEntry> ENTRIES =
      new SerializedTypeInfo<>(KeyedEntry.class, new KeyedEntrySerializer());
  private static final TypeInformation<RequestPart> PARTS =
      new SerializedTypeInfo<>(RequestPart.class, new RequestPartSerializer());
  private static final TypeInformation<TrainingRow> ROWS =
      new SerializedTypeInfo<>(TrainingRow.class, new TrainingRowSerializer());

  private TrainingWorkflow() {}

  /** The settings that the graph needs on any cluster. */
  public static Configuration settings() {
    Configuration settings = new Configuration();
    settings.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.BATCH);
    settings.setString("pipeline.object-reuse", "true");
    settings.setString("pipeline.generic-types", "false");
    settings.setString("restart-strategy.type", "none");
    return settings;
  }

  /**
   * Builds the graph.
   *
   * @param rules the rules that block events; empty if none does
   * @param asked the keys that the requests ask for
   * @param requests the file of requests
   * @return rows in the order of the requests
   */
  public static SingleOutputStreamOperator<TrainingRow> define(
      StreamExecutionEnvironment env,
      TrainingSpec spec,
      Optional<RuleHistory> rules,
      AskedKeys asked,
      DataStream<SourceRecord> records,
      String requests) {
    SingleOutputStreamOperator<Event> events = decode(spec, rules, records);
    DataStream<KeyedEntry> entries = entries(spec, rules, asked, events);

    OutputTag<KeyedEntry> askedTag = new OutputTag<>("asked", ENTRIES);
    SingleOutputStreamOperator<RequestPart> lines =
        env.fromCollection(List.of(requests), Types.STRING)
            .name("requests")
            .flatMap(new ReadRequests())
            .returns(PARTS)
            .setParallelism(1)
            .process(new AskFunction(spec, askedTag))
            .returns(PARTS)
            .setParallelism(1)
            .name("ask");
    DataStream<RequestPart> answers =
        timed(entries.union(lines.getSideOutput(askedTag)), KeyedEntry::order)
            .keyBy(KeyedEntry::key)
            .process(new PointInTime(spec))
            .returns(PARTS)
            .name("count");

    DataStream<RequestPart> parts = lines.union(answers);
    if (!spec.labels().isEmpty() && spec.untilMillis() == null) {
      parts = parts.union(events.transform("newest", PARTS, new NewestInstant()));
    }
    return timed(parts, RequestPart::order)
        .keyBy(part -> numberText(part.request()))
        .process(new RowAssembler(spec, rules.orElse(null)))
        .returns(ROWS)
        .setParallelism(1)
        .name("rows");
  }

  /** The events of records that can be counted. For all others, the reasons are counted. */
  static SingleOutputStreamOperator<Event> decode(
      CatalogSource spec, Optional<RuleHistory> rules, DataStream<SourceRecord> records) {
    OutputTag<DeadLetter> deadLetters =
        new OutputTag<>("dead-letters", TypeInformation.of(DeadLetter.class));
    SingleOutputStreamOperator<Event> events =
        records
            .process(DecodeFunction.ofHistory(spec, deadLetters, rules.map(RuleBooks.class::cast)))
            .returns(IngestTypes.event())
            .name("decode");
    events
        .getSideOutput(deadLetters)
        .filter(new CountDeadLetters())
        .name("dead letters")
        .sinkTo(new DiscardingSink<>());
    return events;
  }

  /**
   * What happens to keys. A verb may need an event even if no request asks for any of its keys, so
   * such events are kept until the verb has processed them.
   */
  private static DataStream<KeyedEntry> entries(
      TrainingSpec spec, Optional<RuleHistory> rules, AskedKeys asked, DataStream<Event> events) {
    boolean needsVerbs = spec.plan().needsVerbs();
    DataStream<Event> relevant = needsVerbs ? events : pruned(events, asked);
    DataStream<Event> counted =
        spec.catalog().deduplication().map(rule -> deduplicate(rule, relevant)).orElse(relevant);
    DataStream<KeyedEntry> entries =
        counted.flatMap(new FanOut(spec, asked)).returns(ENTRIES).name("keys");
    return needsVerbs ? entries.union(derived(spec, rules, asked, counted)) : entries;
  }

  /** What verbs make, each with the time from which the job would have known it. */
  private static DataStream<KeyedEntry> derived(
      TrainingSpec spec, Optional<RuleHistory> rules, AskedKeys asked, DataStream<Event> events) {
    BitSet needed = spec.plan().neededVerbs();
    return timed(events, spec::cameMillis)
        .flatMap(new RouteFunction(spec))
        .returns(DeriveTypes.verbInput())
        .name("route")
        .filter(input -> needed.get(input.verb()))
        .keyBy(VerbInput::key)
        .process(new ReplayVerbs(spec, asked, rules.orElse(null)))
        .returns(ENTRIES)
        .name("derive");
  }

  private static DataStream<Event> pruned(DataStream<Event> events, AskedKeys asked) {
    return events.flatMap(new AskedEvents(asked)).returns(IngestTypes.event()).name("asked for");
  }

  /** Keeps the first event of each id. Events without an id bypass this operator. */
  static DataStream<Event> deduplicate(Deduplication rule, DataStream<Event> events) {
    DataStream<Event> without = events.filter(event -> event.id() == null);
    DataStream<Event> first =
        timed(events.filter(event -> event.id() != null), Event::recordMillis)
            .keyBy(DeduplicateOperator.byId())
            .transform(
                "deduplicate",
                IngestTypes.event(),
                new DeduplicateOperator(rule.within(), Long.MAX_VALUE));
    return without.union(first);
  }

  /** Gives each element its position in the order of its key. */
  private static <T> DataStream<T> timed(DataStream<T> stream, Order<T> order) {
    SerializableTimestampAssigner<T> assigner = (element, unused) -> order.of(element);
    return stream.assignTimestampsAndWatermarks(
        WatermarkStrategy.<T>noWatermarks().withTimestampAssigner(assigner));
  }

  private interface Order<T> extends java.io.Serializable {
    long of(T element);
  }

  /** A text that sorts byte by byte like the number. */
  private static String numberText(long number) {
    String digits = Long.toString(number);
    return "0".repeat(19 - digits.length()) + digits;
  }
}
