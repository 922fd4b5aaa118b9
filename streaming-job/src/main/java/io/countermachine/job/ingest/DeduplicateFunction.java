package io.countermachine.job.ingest;

import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Passes an event on unless its id was passed on within a time, by the job's clock. The time runs
 * from the first sight: a repetition does not prolong it. Events without an id always pass.
 */
public final class DeduplicateFunction extends KeyedProcessFunction<String, Event, Event> {
  private static final long serialVersionUID = 1L;

  private final Duration within;

  private transient ValueState<Boolean> seen;
  private transient Counter duplicates;

  public DeduplicateFunction(Duration within) {
    this.within = within;
  }

  /** Events by their id; those without one are spread by their instant and keys. */
  public static KeySelector<Event, String> byId() {
    return event -> event.id() != null ? event.id() : spreadOf(event);
  }

  private static String spreadOf(Event event) {
    int hash = Long.hashCode(event.timeMillis());
    for (String key : event.keys()) {
      hash = 31 * hash + (key == null ? 0 : key.hashCode());
    }
    return Integer.toString(hash);
  }

  @Override
  public void open(OpenContext openContext) {
    ValueStateDescriptor<Boolean> descriptor = new ValueStateDescriptor<>("seen", Types.BOOLEAN);
    descriptor.enableTimeToLive(
        StateTtlConfig.newBuilder(within).updateTtlOnCreateAndWrite().neverReturnExpired().build());
    seen = getRuntimeContext().getState(descriptor);
    duplicates = getRuntimeContext().getMetricGroup().counter("duplicateEvents");
  }

  @Override
  public void processElement(Event event, Context context, Collector<Event> out) throws Exception {
    if (event.id() != null) {
      if (seen.value() != null) {
        duplicates.inc();
        return;
      }
      seen.update(true);
    }
    out.collect(event);
  }
}
