package io.countermachine.training.replay;

import io.countermachine.job.ingest.Event;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.util.Collector;

/**
 * Removes from events the keys that no request asks for. An event without any remaining key is
 * passed on only for its id, which identifies later copies.
 */
final class AskedEvents implements FlatMapFunction<Event, Event> {
  private static final long serialVersionUID = 1L;
  private static final Object[] NO_FIELDS = {};

  private final AskedKeys asked;

  AskedEvents(AskedKeys asked) {
    this.asked = asked;
  }

  @Override
  public void flatMap(Event event, Collector<Event> out) {
    String[] keys = new String[event.keys().length];
    String[][] moreKeys = event.moreKeys() == null ? null : new String[keys.length][];
    boolean any = false;
    for (int group = 0; group < keys.length; group++) {
      String key = event.keys()[group];
      if (key == null) {
        continue;
      }
      if (event.moreKeys() != null && event.moreKeys()[group] != null) {
        // Events with several keys in a group are rare, and keep all of them.
        keys[group] = key;
        moreKeys[group] = event.moreKeys()[group];
        any = true;
      } else if (asked.mayHave(group, key)) {
        keys[group] = key;
        any = true;
      }
    }
    if (any) {
      out.collect(
          new Event(
              event.type(),
              event.timeMillis(),
              event.recordMillis(),
              event.value(),
              event.id(),
              keys,
              moreKeys,
              event.fields(),
              event.derived(),
              event.weights()));
    } else if (event.id() != null) {
      out.collect(
          new Event(
              event.type(),
              event.timeMillis(),
              event.recordMillis(),
              0,
              event.id(),
              keys,
              null,
              NO_FIELDS,
              null,
              null));
    }
  }
}
