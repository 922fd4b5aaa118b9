package io.countermachine.job.ingest;

import io.countermachine.job.CatalogText;
import io.countermachine.job.ingest.DeadLetter.Reason;
import java.util.EnumMap;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** Decodes records to events; what cannot be counted goes to a side output, and nothing throws. */
public final class DecodeFunction extends ProcessFunction<SourceRecord, Event> {
  private static final long serialVersionUID = 1L;

  private final CatalogText catalog;
  private final OutputTag<DeadLetter> deadLetters;

  private transient EventDecoder decoder;
  private transient Counter ignored;
  private transient Map<Reason, Counter> rejected;

  public DecodeFunction(CatalogText catalog, OutputTag<DeadLetter> deadLetters) {
    this.catalog = catalog;
    this.deadLetters = deadLetters;
  }

  @Override
  public void open(OpenContext openContext) {
    decoder = new EventDecoder(catalog.catalog());
    MetricGroup metrics = getRuntimeContext().getMetricGroup();
    ignored = metrics.counter("ignoredEvents");
    rejected = new EnumMap<>(Reason.class);
    for (Reason reason : Reason.values()) {
      rejected.put(reason, metrics.addGroup("reason", reason.label()).counter("deadLetters"));
    }
  }

  @Override
  public void processElement(SourceRecord record, Context context, Collector<Event> out) {
    Event event = decoder.decode(record.value(), context.timerService().currentProcessingTime());
    if (event != null) {
      out.collect(event);
    } else if (decoder.reason() == null) {
      ignored.inc();
    } else {
      rejected.get(decoder.reason()).inc();
      context.output(deadLetters, new DeadLetter(record, decoder.reason(), decoder.detail()));
    }
  }
}
