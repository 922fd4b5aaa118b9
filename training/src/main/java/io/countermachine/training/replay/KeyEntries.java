package io.countermachine.training.replay;

import io.countermachine.job.ingest.Event;
import io.countermachine.training.TrainingSpec;
import org.apache.flink.util.Collector;

/** Creates an entry for each key of an event that requests may ask for. */
final class KeyEntries {
  private final int groups;
  private final AskedKeys asked;

  KeyEntries(TrainingSpec spec, AskedKeys asked) {
    this.groups = spec.catalog().groups().size();
    this.asked = asked;
  }

  /** Emits the entries of an event that arrives for all keys at the same time. */
  void of(Event event, long cameMillis, Collector<KeyedEntry> out) {
    for (int group = 0; group < event.keys().length; group++) {
      of(event, group, cameMillis, out);
    }
  }

  /** Emits the entries of an event in one group. */
  void of(Event event, int group, long cameMillis, Collector<KeyedEntry> out) {
    if (event.keys()[group] == null) {
      return;
    }
    collect(event, group, event.keys()[group], cameMillis, out);
    if (event.moreKeys() != null && event.moreKeys()[group] != null) {
      for (String further : event.moreKeys()[group]) {
        collect(event, group, further, cameMillis, out);
      }
    }
  }

  private void collect(
      Event event, int group, String key, long cameMillis, Collector<KeyedEntry> out) {
    if (!asked.mayHave(group, key)) {
      return;
    }
    String[] keys = new String[groups];
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
            event.weights(),
            null,
            event.weight(),
            event.takenBack());
    out.collect(new KeyedEntry.Counted(group, ofKey, cameMillis));
  }
}
