package io.countermachine.training.replay;

import io.countermachine.job.ingest.Event;
import io.countermachine.training.TrainingSpec;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.util.Collector;

/** Makes an entry of each key of an event that may be asked for. */
final class FanOut extends RichFlatMapFunction<Event, KeyedEntry> {
  private static final long serialVersionUID = 1L;

  private final TrainingSpec spec;
  private final AskedKeys asked;
  private transient boolean[] isLabel;

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
  }

  @Override
  public void flatMap(Event event, Collector<KeyedEntry> out) {
    for (int group = 0; group < isLabel.length; group++) {
      if (event.keys()[group] == null) {
        continue;
      }
      collect(event, group, event.keys()[group], out);
      if (event.moreKeys() != null && event.moreKeys()[group] != null) {
        for (String further : event.moreKeys()[group]) {
          collect(event, group, further, out);
        }
      }
    }
  }

  private void collect(Event event, int group, String key, Collector<KeyedEntry> out) {
    if (!asked.mayHave(group, key)) {
      return;
    }
    String[] keys = new String[isLabel.length];
    keys[group] = key;
    Event ofKey =
        new Event(
            event.type(),
            event.timeMillis(),
            event.recordMillis(),
            event.value(),
            null,
            keys,
            null,
            event.fields(),
            event.derived(),
            event.weights());
    // A label follows its request in the world, whenever that was seen.
    long cameMillis = spec.asSeen() && !isLabel[group] ? event.recordMillis() : event.timeMillis();
    out.collect(new KeyedEntry.Counted(group, ofKey, cameMillis));
  }
}
