package io.countermachine.local.table;

import io.countermachine.catalog.Group;
import io.countermachine.catalog.IntervalLabel;
import io.countermachine.item.ItemCodec;
import io.countermachine.measure.Interval;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.Measure;
import io.countermachine.measure.MeasureKind;
import io.countermachine.measure.Output;
import io.countermachine.measure.Schema;
import io.countermachine.measure.StatisticKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Reads the values of a readable item, even of an unknown catalog. It reads outputs of the given
 * group as the group defines them. For others, it infers the kind from their names and structure.
 */
final class ShownItem {
  private static final String CENTER = "c";
  private static final int ALL_LABELS = 100_000;
  private static final long SECOND = 1_000;

  /** The field of a list whose entries have no fields, because a list must have at least one. */
  private static final String NO_FIELD = "-";

  /** A usual error of percentiles, which does not change the values that an item holds. */
  private static final double ERROR = 0.05;

  private final Map<String, AttributeValue> item;
  private final Optional<Group> group;
  private final Map<String, Interval> intervals = new LinkedHashMap<>();
  private final Map<String, Set<String>> labels = new TreeMap<>();

  private ShownItem(Map<String, AttributeValue> item, Optional<Group> group) {
    this.item = item;
    this.group = group;
  }

  /**
   * Reads the values.
   *
   * @param item in readable form
   * @param group the item's group, if a catalog has it
   */
  static ItemValues values(Map<String, AttributeValue> item, Optional<Group> group) {
    ItemSchema schema = new ShownItem(item, group).schema();
    return ItemCodec.decode(item, schema).values();
  }

  private ItemSchema schema() {
    map(ItemCodec.COUNTS).forEach((name, values) -> addLabels(name, values.m()));
    map(ItemCodec.PANES).forEach((name, windows) -> addLabels(name, windows.m()));
    map(ItemCodec.LABELS)
        .forEach((name, rows) -> rows.m().values().forEach(row -> addLabels(name, row.m())));
    lists().keySet().forEach(name -> addLabels(name, Map.of()));
    labels.values().forEach(found -> found.forEach(this::addInterval));
    List<Measure> measures = new ArrayList<>();
    List<Output> outputs = new ArrayList<>();
    labels.keySet().stream()
        .sorted(Comparator.comparingInt(this::place).thenComparing(Comparator.naturalOrder()))
        .forEach(
            name -> {
              Output output = output(name, measures.size());
              measures.add(new Measure(name, output.kind(), intervalsOf(labels.get(name))));
              outputs.add(output);
            });
    long unit = group.map(known -> known.schema().unitMillis()).orElse(1L);
    Schema schema =
        Schema.of(
            item.get(ItemCodec.FEATURE_NAME).s(),
            List.of(),
            measures,
            List.copyOf(intervals.values()),
            unit);
    return ItemSchema.of(schema, outputs);
  }

  private Map<String, AttributeValue> map(String attribute) {
    return item.containsKey(attribute) ? item.get(attribute).m() : Map.of();
  }

  private Map<String, AttributeValue> lists() {
    return map(ItemCodec.LISTS);
  }

  private void addLabels(String name, Map<String, AttributeValue> byInterval) {
    Set<String> found = labels.computeIfAbsent(name, first -> new TreeSet<>());
    found.addAll(byInterval.keySet());
    found.remove(CENTER);
  }

  private List<Interval> intervalsOf(Set<String> named) {
    return intervals.values().stream().filter(each -> named.contains(each.label())).toList();
  }

  /** The position of an output in the catalog. Unknown outputs come last. */
  private int place(String name) {
    int index = group.map(known -> known.itemSchema().outputIndex(name)).orElse(-1);
    return index < 0 ? Integer.MAX_VALUE : index;
  }

  private void addInterval(String label) {
    if (intervals.containsKey(label)) {
      return;
    }
    int known = group.map(of -> of.schema().intervalIndex(label)).orElse(-1);
    intervals.put(
        label, known >= 0 ? group.get().schema().intervals().get(known) : intervalBy(label));
  }

  /**
   * An interval by its label. If its step is unknown, the largest step that fits all panes is used.
   */
  private Interval intervalBy(String label) {
    Optional<IntervalLabel> parts = IntervalLabel.parse(label);
    long millis = parts.map(found -> found.length().toMillis()).orElse(0L);
    return switch (parts.map(IntervalLabel::kind).orElse(Interval.Kind.LIFETIME)) {
      case DECAY -> Interval.decay(label, millis);
      case LIFETIME -> new Interval(label, Interval.Kind.LIFETIME, Long.MAX_VALUE, 0, 0);
      case LAST -> Interval.last(label, millis, step(label, millis));
      case EACH -> Interval.each(label, millis, millis);
      case SESSION -> Interval.session(label, millis);
    };
  }

  private long step(String label, long windowMillis) {
    long step = windowMillis;
    for (AttributeValue windows : map(ItemCodec.PANES).values()) {
      step = step(windows.m().get(label), step);
    }
    for (AttributeValue rows : map(ItemCodec.LABELS).values()) {
      for (AttributeValue row : rows.m().values()) {
        step = step(row.m().get(label), step);
      }
    }
    return step;
  }

  private static long step(AttributeValue panes, long before) {
    long step = before;
    if (panes != null) {
      for (String start : panes.m().keySet()) {
        step = divisor(step, Math.round(Double.parseDouble(start) * SECOND));
      }
    }
    return step;
  }

  private static long divisor(long first, long second) {
    return second == 0 ? first : divisor(second, first % second);
  }

  private Output output(String name, int measure) {
    boolean isList = lists().containsKey(name);
    int known = group.map(of -> of.itemSchema().outputIndex(name)).orElse(-1);
    if (known >= 0 && group.get().itemSchema().output(known).form().hasIntervals() != isList) {
      Output output = group.get().itemSchema().output(known);
      return new Output(name, measure, output.kind(), output.statistic());
    }
    if (isList) {
      return new Output(name, measure, listBy(lists().get(name).l()), 0);
    }
    if (map(ItemCodec.LABELS).containsKey(name)) {
      return new Output(name, measure, MeasureKind.histogram(ALL_LABELS), 0);
    }
    // The names of statistics end with the statistic.
    int last = name.lastIndexOf('_');
    String suffix = last > 0 ? name.substring(last + 1) : "";
    return StatisticKind.of(suffix)
        .map(of -> of.measureKind(ERROR))
        .map(kind -> new Output(name, measure, kind, kind.statistic(suffix)))
        .orElseGet(() -> new Output(name, measure, MeasureKind.count(), 0));
  }

  /**
   * A list with all fields that occur in the entries. A first or last looks like a list with one
   * entry.
   */
  private static MeasureKind listBy(List<AttributeValue> entries) {
    Set<String> fields = new TreeSet<>();
    entries.forEach(entry -> fields.addAll(entry.m().keySet()));
    fields.remove(ItemCodec.AT);
    return MeasureKind.list(
        fields.isEmpty() ? List.of(NO_FIELD) : List.copyOf(fields),
        Math.max(1, entries.size()),
        0,
        Optional.empty());
  }
}
