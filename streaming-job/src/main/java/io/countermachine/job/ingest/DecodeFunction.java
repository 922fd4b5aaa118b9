package io.countermachine.job.ingest;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.EventType;
import io.countermachine.deadletters.Reason;
import io.countermachine.job.config.CatalogSource;
import io.countermachine.job.rules.OpenRuleBook;
import io.countermachine.job.rules.RuleBooks;
import io.countermachine.rules.RuleBook;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Decodes records to events. Records that cannot be counted go to a side output; nothing throws.
 */
public final class DecodeFunction extends ProcessFunction<SourceRecord, Event> {
  /** The accumulator of the number of past events that rules block. */
  public static final String BLOCKED = "events blocked";

  private static final long serialVersionUID = 1L;

  /** The number of newest events that the histogram covers. */
  private static final int LATENESS_EVENTS = 1_000;

  private final CatalogSource catalogSource;
  private final OutputTag<DeadLetter> deadLetters;
  private final boolean ofHistory;

  /** Null if nothing can be blocked. */
  private final RuleBooks ruleBooks;

  private transient OpenRuleBook rules;
  private transient Counter[] blocked;
  private transient LongCounter blockedOfHistory;
  private transient EventDecoder decoder;
  private transient TimestampUnitCheck unitCheck;
  private transient Counter ignored;
  private transient Counter ofOtherUnit;
  private transient Counter unitWarnings;
  private transient Histogram lateness;
  private transient Map<Reason, Counter> rejected;

  private DecodeFunction(
      CatalogSource catalogSource,
      OutputTag<DeadLetter> deadLetters,
      Optional<RuleBooks> ruleBooks,
      boolean ofHistory) {
    this.catalogSource = catalogSource;
    this.deadLetters = deadLetters;
    this.ruleBooks = ruleBooks.orElse(null);
    this.ofHistory = ofHistory;
  }

  /**
   * Creates a function for current records.
   *
   * @param ruleBooks the contents of the rules topic; empty if nothing can be blocked
   */
  public DecodeFunction(
      CatalogSource catalogSource,
      OutputTag<DeadLetter> deadLetters,
      Optional<RuleBooks> ruleBooks) {
    this(catalogSource, deadLetters, ruleBooks, false);
  }

  /**
   * Creates a function for records of the past. Each is decoded as at its own timestamp; a record
   * without one counts as having arrived when its event happened. The accumulator {@link #BLOCKED}
   * counts the events that rules block.
   *
   * @param ruleBooks the rules; empty if nothing can be blocked
   */
  public static DecodeFunction ofHistory(
      CatalogSource catalogSource,
      OutputTag<DeadLetter> deadLetters,
      Optional<RuleBooks> ruleBooks) {
    return new DecodeFunction(catalogSource, deadLetters, ruleBooks, true);
  }

  @Override
  public void open(OpenContext openContext) throws Exception {
    Catalog catalog = catalogSource.catalog();
    MetricGroup metrics = getRuntimeContext().getMetricGroup();
    Counter[] undefined =
        catalog.events().values().stream()
            .map(type -> undefined(type, metrics))
            .toArray(Counter[]::new);
    if (ruleBooks != null) {
      // Returns after the rules were read, so that no event is decided without them.
      rules = ruleBooks.open();
      openRuleMetrics(metrics);
    }
    if (ofHistory) {
      blockedOfHistory = getRuntimeContext().getLongCounter(BLOCKED);
    }
    decoder =
        new EventDecoder(
            catalog, type -> undefined[type].inc(), rules == null ? null : rules.rules());
    unitCheck = new TimestampUnitCheck(catalog.timestamps().unit());
    ignored = metrics.counter("ignoredEvents");
    ofOtherUnit = metrics.counter("otherUnitEvents");
    unitWarnings = metrics.counter("unitWarnings");
    lateness =
        metrics.histogram("latenessMillis", new DescriptiveStatisticsHistogram(LATENESS_EVENTS));
    rejected = new EnumMap<>(Reason.class);
    for (Reason reason : Reason.values()) {
      rejected.put(reason, metrics.addGroup("reason", reason.label()).counter("deadLetters"));
    }
  }

  private void openRuleMetrics(MetricGroup metrics) {
    RuleBook book = rules.rules();
    OpenRuleBook open = rules;
    blocked = new Counter[book.names().size()];
    for (int list = 0; list < blocked.length; list++) {
      String name = book.names().get(list);
      MetricGroup ofList = metrics.addGroup("list", name);
      blocked[list] = ofList.counter("blockedEvents");
      ofList.gauge("rules", (Gauge<Integer>) () -> book.size(name));
    }
    metrics.gauge("malformedRules", (Gauge<Long>) book::malformed);
    metrics.gauge("rulesOfOtherLists", (Gauge<Long>) book::ofOthers);
    metrics.gauge("rulesAreRead", (Gauge<Integer>) () -> open.isReading() ? 1 : 0);
  }

  /**
   * The counter of undefined conditions and weights of an event; null if the event is not derived.
   */
  private static Counter undefined(EventType type, MetricGroup metrics) {
    return type.derivation()
        .map(made -> metrics.addGroup("event", type.name()).counter("undefinedDerivedEvents"))
        .orElse(null);
  }

  @Override
  public void processElement(SourceRecord record, Context context, Collector<Event> out) {
    long clockMillis = context.timerService().currentProcessingTime();
    Event event =
        ofHistory
            ? decoder.decodeHistory(record.value(), record.timestampMillis(), clockMillis)
            : decoder.decode(record.value(), record.timestampMillis(), clockMillis);
    if (event != null) {
      lateness.update(clockMillis - event.timeMillis());
      noteUnit(record);
      out.collect(event);
    } else if (decoder.blockedBy() != 0) {
      noteUnit(record);
      // An event is counted once, for the first list of the catalog that blocks it.
      blocked[Long.numberOfTrailingZeros(decoder.blockedBy())].inc();
      if (ofHistory) {
        blockedOfHistory.add(1);
      }
    } else if (decoder.reason() == null) {
      ignored.inc();
    } else {
      noteUnit(record);
      rejected.get(decoder.reason()).inc();
      context.output(deadLetters, new DeadLetter(record, decoder.reason(), decoder.detail()));
    }
  }

  private void noteUnit(SourceRecord record) {
    if (decoder.isOfOtherUnit()) {
      ofOtherUnit.inc();
    }
    if (unitCheck.note(record.topic(), decoder.isOfOtherUnit())) {
      unitWarnings.inc();
    }
  }

  @Override
  public void close() {
    if (rules != null) {
      rules.close();
    }
  }
}
