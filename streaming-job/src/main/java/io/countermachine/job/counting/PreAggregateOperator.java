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
 * Fans events out to the groups whose key they carry and sums them per group and key before the
 * shuffle, so that a viral post costs the subtask that owns it one update per flush rather than one
 * per event.
 *
 * <p>Sums are flushed when there are many of them or much is in them, after a time, before each
 * checkpoint barrier and at the end of input; so they are empty whenever state is taken, and need
 * no state of their own to be counted exactly once.
 */
public final class PreAggregateOperator extends AbstractStreamOperator<KeyedCounters>
    implements OneInputStreamOperator<Event, KeyedCounters> {
  private static final long serialVersionUID = 1L;

  /**
   * So many times as many events as keys are summed where more than plain numbers is kept of them:
   * each adds an entry, a pane or a label at most, and so this bounds the memory of sums.
   */
  private static final int ENTRIES_PER_KEY = 10;

  private final CatalogText catalogText;
  private final int maxKeys;
  private final long flushMillis;

  /** Null where nothing is left to history. */
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

  /** At most so many entries, panes and labels are in the sums. */
  private transient int entries;

  /**
   * Creates the operator.
   *
   * @param maxKeys how many keys are summed before they are flushed
   * @param flushEvery how long a sum waits at most
   * @param historyCut what is left to history; empty where nothing is
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

  /** A pane goes out when event time passes its end: what is in it has to come before. */
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
