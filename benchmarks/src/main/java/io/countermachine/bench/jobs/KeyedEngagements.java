package io.countermachine.bench.jobs;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.MeasureKind;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.util.Collector;

/** Copies an event for each group that counts it and whose key it carries. */
final class KeyedEngagements implements FlatMapFunction<Engagement, KeyedEngagement> {
  private static final long serialVersionUID = 1L;

  private record Target(String group, ArrayList<String> keyFields, boolean sums)
      implements Serializable {}

  private final HashMap<String, ArrayList<Target>> targets = new HashMap<>();

  KeyedEngagements(Catalog catalog) {
    for (String type : catalog.events().keySet()) {
      ArrayList<Target> ofType = new ArrayList<>();
      for (Group group : catalog.groups()) {
        int measure = group.measureIndex(type);
        if (measure >= 0) {
          boolean sums = group.measures().get(measure).kind() == MeasureKind.SUM;
          ofType.add(new Target(group.name(), new ArrayList<>(group.keyFields()), sums));
        }
      }
      targets.put(type, ofType);
    }
  }

  @Override
  public void flatMap(Engagement event, Collector<KeyedEngagement> out) {
    for (Target target : targets.getOrDefault(event.eventName, new ArrayList<>())) {
      String key = keyOf(event, target.keyFields());
      if (key != null) {
        KeyedEngagement keyed = new KeyedEngagement();
        keyed.group = target.group();
        keyed.eventName = event.eventName;
        keyed.key = key;
        keyed.amount = target.sums() ? event.durationMs : 1;
        out.collect(keyed);
      }
    }
  }

  private static String keyOf(Engagement event, List<String> fields) {
    List<String> values = new ArrayList<>();
    for (String field : fields) {
      String value = event.field(field);
      if (value == null) {
        return null;
      }
      values.add(value);
    }
    return String.join("|", values);
  }
}
