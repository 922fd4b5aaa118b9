package io.countermachine.local.verification;

import io.countermachine.catalog.Group;
import io.countermachine.local.verification.ExpectedValues.Range;
import io.countermachine.local.verification.TableItems.Item;
import io.countermachine.measure.Form;
import io.countermachine.measure.Interval;
import io.countermachine.measure.Output;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The item that a key should have. */
final class ExpectedItem {
  private static final double SMALLEST_STORED = 1e-130;
  private static final Range NOTHING = new Range(0, 0);

  private final Group group;
  private final ExpectedValues events;
  private final long lastUpdateMillis;
  private final Optional<Instant> earliestExpiry;

  /** By measure or a measure's label, and then by place (interval or pane), as items have them. */
  private final Map<String, Map<String, Range>> values = new TreeMap<>();

  /**
   * @param events the events of the key
   * @param earliestExpiry the item must not expire before this instant; empty if it must never
   *     expire
   */
  ExpectedItem(
      Group group, ExpectedValues events, long lastUpdateMillis, Optional<Instant> earliestExpiry) {
    this.group = group;
    this.events = events;
    this.lastUpdateMillis = lastUpdateMillis;
    this.earliestExpiry = earliestExpiry;
    for (int i = 0; i < outputs().size(); i++) {
      Output output = outputs().get(i);
      for (Interval interval : intervals(i, true)) {
        if (output.form() != Form.LABELS) {
          Range range = events.number(output, interval, lastUpdateMillis);
          of(output.name()).put(interval.label(), stored(range));
        }
      }
      for (Interval interval : intervals(i, false)) {
        events.panes(output, interval).forEach((name, panes) -> of(name).putAll(panes));
      }
    }
  }

  private List<Output> outputs() {
    return group.itemSchema().outputs();
  }

  private List<Interval> intervals(int output, boolean numbers) {
    int[] indexes =
        numbers
            ? group.itemSchema().numberIntervals(output)
            : group.itemSchema().paneIntervals(output);
    return IntStream.of(indexes).mapToObj(group.schema().intervals()::get).toList();
  }

  private Map<String, Range> of(String name) {
    return values.computeIfAbsent(name, first -> new TreeMap<>());
  }

  private static Range stored(Range range) {
    double largest = Math.max(Math.abs(range.low()), Math.abs(range.high()));
    return largest < SMALLEST_STORED ? NOTHING : range;
  }

  /** The item must not expire before this instant; empty if it must never expire. */
  Optional<Instant> earliestExpiry() {
    return earliestExpiry;
  }

  /** Returns true if the found item equals this one. */
  boolean isSame(Item found) {
    return found.lastUpdateMillis() == lastUpdateMillis
        && found.sessionEndMillis() == events.sessionEnd().orElse(lastUpdateMillis)
        && !expiresBefore(found)
        && found.expiresAt().isPresent() == earliestExpiry.isPresent()
        && hasPlacesOf(found)
        && values.entrySet().stream()
            .allMatch(
                row ->
                    row.getValue().entrySet().stream()
                        .allMatch(
                            value ->
                                value
                                    .getValue()
                                    .contains(found(found, row.getKey(), value.getKey()))))
        && hasLabelsOf(found)
        && hasEntriesOf(found);
  }

  private boolean hasEntriesOf(Item found) {
    return outputs().stream()
        .filter(ExpectedItem::hasEntries)
        .allMatch(
            output ->
                StoredEntry.areAll(
                    found.lists().getOrDefault(output.name(), List.of()),
                    events.entries(output, lastUpdateMillis),
                    output.kind().fields()));
  }

  private static boolean hasEntries(Output output) {
    return output.form() == Form.LIST || output.form() == Form.SCALAR;
  }

  private boolean expiresBefore(Item found) {
    return found.expiresAt().isPresent()
        && earliestExpiry.filter(found.expiresAt().get()::isBefore).isPresent();
  }

  /**
   * The value that an item has. A missing value is 0, or undefined for measures that do not decay
   * between events.
   */
  private double found(Item item, String name, String place) {
    int output = group.itemSchema().outputIndex(name);
    boolean constant = output >= 0 && outputs().get(output).form() == Form.CONSTANT;
    Map<String, Double> row = item.values().getOrDefault(name, Map.of());
    if (output >= 0 && ExpectedValues.sumsLaterPanes(outputs().get(output))) {
      return ItemPlaces.sumFrom(row, place);
    }
    Double found = row.get(place);
    return found == null ? (constant ? Double.NaN : 0) : found;
  }

  /** Returns true if an item has only places that this one has, too. */
  private boolean hasPlacesOf(Item found) {
    return outputs().stream()
            .filter(ExpectedItem::hasEntries)
            .map(Output::name)
            .toList()
            .containsAll(found.lists().keySet())
        && found.values().entrySet().stream()
            .allMatch(
                row ->
                    histogram(row.getKey()).isPresent()
                        || (values.containsKey(row.getKey())
                            && values
                                .get(row.getKey())
                                .keySet()
                                .containsAll(row.getValue().keySet())));
  }

  /** The histogram output to which a label belongs. */
  private Optional<Output> histogram(String name) {
    return outputs().stream()
        .filter(output -> output.form() == Form.LABELS)
        .filter(output -> name.startsWith(ItemPlaces.label(output.name(), "").replace("]", "")))
        .findFirst();
  }

  private boolean hasLabelsOf(Item item) {
    for (int i = 0; i < outputs().size(); i++) {
      Output output = outputs().get(i);
      for (Interval interval : intervals(i, true)) {
        if (output.form() == Form.LABELS
            && events
                .labelsFault(output, interval, lastUpdateMillis, labels(item, output, interval))
                .isPresent()) {
          return false;
        }
      }
    }
    return true;
  }

  /** The labels of an item at an interval, in the order of a response. */
  private static Map<String, Double> labels(Item item, Output output, Interval interval) {
    String start = output.name() + "[";
    Map<String, Double> found = new HashMap<>();
    item.values()
        .forEach(
            (name, row) -> {
              if (name.startsWith(start) && row.containsKey(interval.label())) {
                String label = name.substring(start.length(), name.length() - 1);
                found.put(label, row.get(interval.label()));
              }
            });
    Map<String, Double> ordered = new LinkedHashMap<>();
    found.entrySet().stream()
        .sorted(Comparator.comparingDouble(entry -> -entry.getValue()))
        .forEach(entry -> ordered.put(entry.getKey(), entry.getValue()));
    return ordered;
  }

  /**
   * Returns true if an item has more than it should: an additional place, or a number that is too
   * large.
   */
  boolean isExceededBy(Item found) {
    if (!hasPlacesOf(found) || (found.expiresAt().isPresent() && earliestExpiry.isEmpty())) {
      return true;
    }
    return found.values().entrySet().stream()
        .anyMatch(
            row ->
                row.getValue().keySet().stream()
                    .anyMatch(
                        place -> found(found, row.getKey(), place) > most(row.getKey(), place)));
  }

  private double most(String name, String place) {
    Range range = values.getOrDefault(name, Map.of()).get(place);
    return range == null || range.isUndefined() ? Double.POSITIVE_INFINITY : range.high();
  }

  @Override
  public String toString() {
    Map<String, List<ExpectedValues.Entry>> lists = new TreeMap<>();
    for (Output output : outputs()) {
      if (hasEntries(output)) {
        lists.put(output.name(), events.entries(output, lastUpdateMillis));
      }
    }
    return "Item[lastUpdateMillis=%d, expiresAt=%s, values=%s, lists=%s]"
        .formatted(lastUpdateMillis, earliestExpiry, values, lists);
  }
}
