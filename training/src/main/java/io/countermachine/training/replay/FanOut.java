package io.countermachine.training.replay;

import io.countermachine.job.ingest.Event;
import io.countermachine.training.TrainingSpec;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.util.Collector;

/** Creates an entry for each key of a record's event that requests may ask for. */
final class FanOut extends RichFlatMapFunction<Event, KeyedEntry> {
  private static final long serialVersionUID = 1L;

  private final TrainingSpec spec;
  private final AskedKeys asked;
  private transient boolean[] isLabel;
  private transient KeyEntries entries;

  FanOut(TrainingSpec spec, AskedKeys asked) {
    this.spec = spec;
    this.asked = asked;
  }

  @Override
  public void open(OpenContext openContext) {
    isLabel = new boolean[spec.catalog().groups().size()];
    for (int group = 0; group < isLabel.length; group++) {
      isLabel[group] = spec.plan().isLabelGroup(group);
    }
    entries = new KeyEntries(spec, asked);
  }

  @Override
  public void flatMap(Event event, Collector<KeyedEntry> out) {
    for (int group = 0; group < isLabel.length; group++) {
      // A label's event counts from when it happened, whenever it arrived.
      entries.of(event, group, isLabel[group] ? event.timeMillis() : spec.cameMillis(event), out);
    }
  }
}
