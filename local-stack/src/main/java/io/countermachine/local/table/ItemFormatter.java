package io.countermachine.local.table;

import io.countermachine.catalog.Durations;
import io.countermachine.catalog.Group;
import io.countermachine.item.ItemCodec;
import io.countermachine.local.text.DisplayFormat;
import io.countermachine.measure.Form;
import io.countermachine.measure.Interval;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.LabelValue;
import io.countermachine.measure.Panes;
import io.countermachine.measure.TimedEntry;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Formats a counter item as text for people: the stored values, and what they decay to at an
 * instant.
 */
final class ItemFormatter {
  /** Orders interval labels by length. Other texts follow in alphabetical order. */
  static final Comparator<String> BY_INTERVAL =
      Comparator.comparingDouble(ItemFormatter::tauMillis).thenComparing(Comparator.naturalOrder());

  private static final int MOST_PANES = 20;
  private static final int MOST_ENTRIES = 20;
  private static final int BAR = 30;

  private final Map<String, AttributeValue> item;
  private final Optional<Group> group;
  private final ItemValues values;
  private final ItemSchema schema;
  private final List<String> lines = new ArrayList<>();

  /**
   * @param item in readable form
   * @param group the item's group, if the catalog has it
   */
  ItemFormatter(Map<String, AttributeValue> item, Optional<Group> group) {
    this.item = item;
    this.group = group;
    this.values = ShownItem.values(item, group);
    this.schema = values.schema();
  }

  /**
   * The tau of a label that is a time constant; infinity if the label is not one, or if it never
   * decays.
   */
  private static double tauMillis(String label) {
    return Durations.parse(label).map(tau -> (double) tau.toMillis()).orElse(Double.MAX_VALUE);
  }

  /** The text as of an instant. */
  List<String> lines(long nowMillis) {
    lines.clear();
    long updatedMillis = values.lastUpdateMillis();
    lines.add(item.get(ItemCodec.FEATURE_NAME).s() + " " + item.get(ItemCodec.KEY).s());
    lines.add(
        "  newest event  %s, %s"
            .formatted(Instant.ofEpochMilli(updatedMillis), ago(updatedMillis, nowMillis)));
    long endMillis = values.sessionEndMillis();
    if (endMillis < updatedMillis) {
      lines.add(
          "  session end   %s, %s"
              .formatted(Instant.ofEpochMilli(endMillis), ago(endMillis, nowMillis)));
    }
    lines.add("  kept until    " + expiry());
    row("", "stored", "now");
    for (int output = 0; output < schema.outputs().size(); output++) {
      switch (schema.output(output).form()) {
        case LIST -> addList(output, nowMillis);
        case SCALAR -> addEnd(output);
        case DECAYING, CONSTANT, LABELS -> {
          // Handled below, for each interval.
        }
      }
      for (int interval : intervalsInOrder(output)) {
        if (schema.output(output).form() == Form.LABELS) {
          addLabels(output, interval, nowMillis);
        } else {
          addNumber(output, interval, nowMillis);
        }
      }
    }
    group.ifPresent(known -> addFormulas(known, nowMillis));
    return List.copyOf(lines);
  }

  private void addFormulas(Group known, long nowMillis) {
    ItemFormulas formulas = new ItemFormulas(item, known, nowMillis);
    for (ItemFormulas.Result result : formulas.results()) {
      row(
          result.name(),
          "",
          result.value() instanceof Double number
              ? number(number)
              : result.value() == null
                  ? "undefined"
                  : DisplayFormat.printable(result.value().toString()));
    }
    if (!formulas.ofOthers().isEmpty()) {
      lines.add(
          "  not shown, because they need another key or a candidate's field: "
              + String.join(", ", formulas.ofOthers()));
    }
  }

  private void row(String name, String stored, String now) {
    lines.add("  %-28s %16s %16s".formatted(name, stored, now).stripTrailing());
  }

  private String expiry() {
    AttributeValue expiresAt = item.get(ItemCodec.EXPIRES_AT);
    return expiresAt == null
        ? "for ever"
        : Instant.ofEpochSecond(Long.parseLong(expiresAt.n())).toString();
  }

  private static String ago(long thenMillis, long nowMillis) {
    Duration passed = Duration.ofMillis(nowMillis - thenMillis);
    if (passed.isNegative()) {
      return "which is ahead of the clock";
    }
    for (ChronoUnit unit : List.of(ChronoUnit.DAYS, ChronoUnit.HOURS, ChronoUnit.MINUTES)) {
      // "2 hours" reads better than "120 minutes", and "61 minutes" is more exact than "1 hour".
      if (passed.dividedBy(unit.getDuration()) > 1) {
        return "%,d %s ago"
            .formatted(passed.dividedBy(unit.getDuration()), unit.name().toLowerCase(Locale.ROOT));
      }
    }
    return DisplayFormat.count(passed.toSeconds(), "second") + " ago";
  }

  private List<Integer> intervalsInOrder(int output) {
    List<Interval> intervals = schema.schema().intervals();
    return IntStream.range(0, intervals.size())
        .filter(interval -> schema.has(output, interval))
        .boxed()
        .sorted(Comparator.comparing(interval -> intervals.get(interval).label(), BY_INTERVAL))
        .toList();
  }

  private String name(int output, int interval) {
    return schema.output(output).name() + "." + kernel(interval).label();
  }

  private Interval kernel(int interval) {
    return schema.schema().intervals().get(interval);
  }

  private void addNumber(int output, int interval, long nowMillis) {
    boolean isNumber = schema.numberColumn(output, interval) >= 0;
    row(
        name(output, interval),
        isNumber ? number(values.stored(output, interval)) : "",
        number(values.value(output, interval, nowMillis)));
    addPanes(output, interval);
  }

  /**
   * Adds the current entries of a list, newest first, and how many stored entries are not shown.
   */
  private void addList(int output, long nowMillis) {
    List<TimedEntry> stored = values.entries(output);
    List<TimedEntry> now = values.entries(output, nowMillis);
    row(schema.output(output).name(), entries(stored.size()), entries(now.size()));
    List<String> fields = schema.output(output).kind().fields();
    List<TimedEntry> shown = now.subList(0, Math.min(MOST_ENTRIES, now.size()));
    for (TimedEntry entry : shown) {
      StringBuilder line = new StringBuilder();
      for (int field = 0; field < fields.size(); field++) {
        if (entry.field(field) != null) {
          line.append("  ").append(fields.get(field)).append('=').append(scalar(entry, field));
        }
      }
      lines.add("    %-24s%s".formatted(Instant.ofEpochMilli(entry.atMillis()), line));
    }
    if (shown.size() < stored.size()) {
      lines.add("    … and %s older".formatted(entries(stored.size() - shown.size())));
    }
  }

  private static String entries(int count) {
    return DisplayFormat.count(count, "entry");
  }

  /** Adds the value of a first or last, and its instant. */
  private void addEnd(int output) {
    TimedEntry entry = values.scalar(output);
    row(schema.output(output).name(), "", entry == null ? "undefined" : scalar(entry, 0));
    if (entry != null) {
      lines.add("    at " + Instant.ofEpochMilli(entry.atMillis()));
    }
  }

  private static String scalar(TimedEntry entry, int field) {
    return DisplayFormat.printable(entry.field(field).toString());
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "undefined" : DisplayFormat.number(value);
  }

  /** Adds the newest panes, oldest first, each with a bar for its value. */
  private void addPanes(int output, int interval) {
    Panes panes = values.panes(output, interval);
    if (panes == null) {
      return;
    }
    int first = Math.max(0, panes.size() - MOST_PANES);
    if (first > 0) {
      lines.add("    … and " + DisplayFormat.count(first, "older pane"));
    }
    double most = 0;
    for (int pane = first; pane < panes.size(); pane++) {
      double value = Math.abs(values.valueOfPane(output, interval, panes.start(pane)));
      most = value > most ? value : most;
    }
    for (int pane = first; pane < panes.size(); pane++) {
      double value = values.valueOfPane(output, interval, panes.start(pane));
      int length = most > 0 ? (int) Math.round(BAR * Math.abs(value) / most) : 0;
      String from = kernel(interval).kind() == Interval.Kind.SESSION ? "since " : "";
      lines.add(
          "    %-26s %16s  %s"
              .formatted(
                  from + Instant.ofEpochMilli(panes.start(pane)), number(value), "#".repeat(length))
              .stripTrailing());
    }
  }

  /** Adds the labels as a response has them now, heaviest first. */
  private void addLabels(int output, int interval, long nowMillis) {
    boolean isNumber = schema.numberColumn(output, interval) >= 0;
    row(name(output, interval), "", "");
    for (LabelValue label : values.labels(output, interval, nowMillis)) {
      double stored = values.labelNumber(output, label.label(), interval);
      row("  " + label.label(), isNumber ? number(stored) : "", number(label.value()));
    }
  }
}
