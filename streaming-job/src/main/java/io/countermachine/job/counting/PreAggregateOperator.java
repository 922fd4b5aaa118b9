package io.countermachine.job.counting;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.EventOperands;
import io.countermachine.catalog.Group;
import io.countermachine.job.config.CatalogText;
import io.countermachine.job.ingest.Event;
import io.countermachine.measure.Counters;
import io.countermachine.measure.Occurrence;
import io.countermachine.measure.Schema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Fans events out to the groups whose key they carry and sums them per group and key before the
 * shuffle, so that a viral post costs the subtask that owns it one update per flush rather than one
 * per event.
 *
 * <p>Sums are flushed when there are many, after a time, before each checkpoint barrier and at the
 * end of input; so they are empty whenever state is taken, and need no state of their own to be
 * counted exactly once.
 */
public final class PreAggregateOperator extends AbstractStreamOperator<KeyedCounters>
    implements OneInputStreamOperator<Event, KeyedCounters> {
  private static final long serialVersionUID = 1L;

  private final CatalogText catalogText;
  private final int maxKeys;
  private final long flushMillis;

  private transient Contribution[][] contributions;
  private transient Schema[] schemas;
  private transient List<Map<String, Counters>> sums;
  private transient StreamRecord<KeyedCounters> reusedRecord;
  private transient int keys;
  private transient EventOperands operands;
  private transient Occurrence occurrence;

  /**
   * Creates the operator.
   *
   * @param maxKeys how many keys are summed before they are flushed
   * @param flushEvery how long a sum waits at most
   */
  public PreAggregateOperator(CatalogText catalogText, int maxKeys, Duration flushEvery) {
    this.catalogText = catalogText;
    this.maxKeys = maxKeys;
    this.flushMillis = flushEvery.toMillis();
    chainingStrategy = ChainingStrategy.ALWAYS;
  }

  @Override
  public void open() throws Exception {
    super.open();
    Catalog catalog = catalogText.catalog();
    contributions = Contribution.byType(catalog);
    schemas = catalog.groups().stream().map(Group::schema).toArray(Schema[]::new);
    sums = new ArrayList<>();
    for (int group = 0; group < schemas.length; group++) {
      sums.add(new HashMap<>());
    }
    reusedRecord = new StreamRecord<>(null);
    keys = 0;
    operands = new EventOperands();
    occurrence = new Occurrence();
    scheduleFlush();
  }

  @Override
  public void processElement(StreamRecord<Event> element) {
    Event event = element.getValue();
    add(event, event.type(), 1);
    if (event.derived() != null) {
      for (int i = 0; i < event.derived().length; i++) {
        add(event, event.derived()[i], event.weights()[i]);
      }
    }
    if (keys >= maxKeys) {
      flush();
    }
  }

  /** Adds the event, or one that is made of it. */
  private void add(Event event, int type, double weight) {
    for (Contribution contribution : contributions[type]) {
      String key = event.keys()[contribution.group()];
      if (key == null || !contribution.prepare(event, weight, operands, occurrence)) {
        continue;
      }
      contribution.addTo(sumOf(contribution.group(), key), occurrence);
      if (event.moreKeys() != null && event.moreKeys()[contribution.group()] != null) {
        for (String further : event.moreKeys()[contribution.group()]) {
          contribution.addTo(sumOf(contribution.group(), further), occurrence);
        }
      }
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
