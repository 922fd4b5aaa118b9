package io.countermachine.job.counting;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.job.config.CatalogText;
import io.countermachine.job.ingest.Event;
import io.countermachine.measure.Counters;
import io.countermachine.measure.Schema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Passes events to the groups whose key they carry, and sums them per group and key before the
 * shuffle. So a viral post costs the subtask that owns it one update per flush and not one per
 * event.
 *
 * <p>Sums are flushed when there are many of them or they hold much data, after a time, before each
 * checkpoint barrier and at the end of input. So there are no sums when state is taken, and the
 * operator needs no state for exactly-once counting.
 */
public final class PreAggregateOperator extends AbstractStreamOperator<KeyedCounters>
    implements OneInputStreamOperator<Event, KeyedCounters> {
  private static final long serialVersionUID = 1L;

  /**
   * The limit of entries in sums, per key that may be summed. It bounds the memory of sums with
   * more than plain numbers: each event adds at most one entry, pane or label.
   */
  private static final int ENTRIES_PER_KEY = 10;

  private final CatalogText catalogText;
  private final int maxKeys;
  private final long flushMillis;

  /** Null if nothing is left to history. */
  private final HistoryCut historyCut;

  private transient PastEvents pastEvents;

  /** Records with an earlier Kafka timestamp are past events. */
  private transient long latestCutMillis;

  private transient Contributions contributions;
  private transient Contributions.CountersOfKey sumsOfKeys;
  private transient Schema[] schemas;
  private transient List<Map<String, Counters>> sums;
  private transient StreamRecord<KeyedCounters> reusedRecord;
  private transient int keys;
  private transient boolean flushesAtWatermarks;

  /** An upper bound of the number of entries, panes and labels in the sums. */
  private transient int entries;

  /**
   * Creates the operator.
   *
   * @param maxKeys the number of keys at which sums are flushed
   * @param flushEvery the longest time that a sum waits
   * @param historyCut what is left to history; empty if nothing is
   */
  public PreAggregateOperator(
      CatalogText catalogText, int maxKeys, Duration flushEvery, Optional<HistoryCut> historyCut) {
    this.historyCut = historyCut.orElse(null);
    this.catalogText = catalogText;
    this.maxKeys = maxKeys;
    this.flushMillis = flushEvery.toMillis();
    chainingStrategy = ChainingStrategy.ALWAYS;
  }

  @Override
  public void open() throws Exception {
    super.open();
    Catalog catalog = catalogText.catalog();
    contributions = new Contributions(catalog);
    sumsOfKeys = this::sumOf;
    schemas = catalog.groups().stream().map(Group::schema).toArray(Schema[]::new);
    sums = new ArrayList<>();
    for (int group = 0; group < schemas.length; group++) {
      sums.add(new HashMap<>());
    }
    pastEvents =
        new PastEvents(catalog.groups(), schemas, contributions, Optional.ofNullable(historyCut));
    latestCutMillis = pastEvents.latestMillis();
    reusedRecord = new StreamRecord<>(null);
    keys = 0;
    entries = 0;
    flushesAtWatermarks = !catalog.series().isEmpty();
    scheduleFlush();
  }

  @Override
  public void processElement(StreamRecord<Event> element) {
    Event event = element.getValue();
    entries +=
        event.recordMillis() < latestCutMillis
            ? pastEvents.add(event, sumsOfKeys)
            : contributions.add(event, sumsOfKeys);
    if (keys >= maxKeys || entries >= ENTRIES_PER_KEY * maxKeys) {
      flush();
    }
  }

  private Counters sumOf(int group, String key) {
    Map<String, Counters> groupSums = sums.get(group);
    Counters sum = groupSums.get(key);
    if (sum == null) {
      sum = new Counters(schemas[group]);
      groupSums.put(key, sum);
      keys++;
    }
    return sum;
  }

  private void flush() {
    for (Map<String, Counters> groupSums : sums) {
      groupSums.forEach(
          (key, counters) ->
              output.collect(reusedRecord.replace(new KeyedCounters(key, counters))));
      groupSums.clear();
    }
    keys = 0;
    entries = 0;
  }

  @SuppressWarnings(
      "FutureReturnValueIgnored") // Flink cancels timers and reports their failures itself.
  private void scheduleFlush() {
    getProcessingTimeService()
        .registerTimer(
            getProcessingTimeService().getCurrentProcessingTime() + flushMillis,
            instant -> {
              flush();
              scheduleFlush();
            });
  }

  /**
   * A pane is emitted when event time passes its end, so its contents must arrive before the
   * watermark.
   */
  @Override
  public void processWatermark(Watermark mark) throws Exception {
    if (flushesAtWatermarks) {
      flush();
    }
    super.processWatermark(mark);
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    flush();
  }

  @Override
  public void finish() throws Exception {
    flush();
    super.finish();
  }
}
