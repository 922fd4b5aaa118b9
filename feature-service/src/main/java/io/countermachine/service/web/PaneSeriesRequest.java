package io.countermachine.service.web;

import io.countermachine.catalog.Durations;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Suggestions;
import io.countermachine.item.StoredItem;
import io.countermachine.measure.Form;
import io.countermachine.measure.Interval;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.Output;
import io.countermachine.service.evaluate.Status;
import io.countermachine.service.plan.AsOf;
import io.countermachine.service.problem.RequestFault;
import io.countermachine.service.store.CountedMeasures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The requested panes of a group's measure.
 *
 * @param output index in the group's items
 * @param interval index in the group's schema, of an {@code each_} interval
 * @param from start of the first pane, epoch milliseconds
 * @param to end of the last pane, epoch milliseconds; not before {@code from}
 */
record PaneSeriesRequest(Group group, int output, int interval, long from, long to) {
  private static final String EACH = "each_";

  /** A series is meant for a chart. A caller that needs more panes makes several requests. */
  private static final long MOST_PANES = 10_000;

  /**
   * Parses the parameters of a call.
   *
   * @param step the length of a pane as in the catalog, such as {@code 1m} or {@code each_1m}; null
   *     if the measure has only one
   * @param from epoch milliseconds; null for the oldest pane that is kept
   * @param to epoch milliseconds; null for now
   * @throws RequestFault naming the wrong parameter
   */
  static PaneSeriesRequest of(
      Group group, String measure, String step, String from, String to, long clockMillis) {
    ItemSchema schema = group.itemSchema();
    int output = output(group, measure);
    int interval = interval(group, output, step);
    Interval each = schema.schema().intervals().get(interval);
    long length = each.millis();
    long running = each.paneStart(clockMillis);
    long end = to == null ? running : Math.min(running, ceiling(instant("to", to), length));
    long start =
        from == null
            ? Math.max(0, running - each.keepMillis())
            : ceiling(instant("from", from), length);
    if (from != null && to != null && instant("from", from) > instant("to", to)) {
      throw RequestFault.bad("from", "from is after to");
    }
    if ((end - start) / length > MOST_PANES) {
      throw RequestFault.bad(
          "from",
          "%d panes of %s are asked for; an answer has at most %d"
              .formatted((end - start) / length, each.label(), MOST_PANES));
    }
    return new PaneSeriesRequest(group, output, interval, start, Math.max(start, end));
  }

  private static int output(Group group, String measure) {
    ItemSchema schema = group.itemSchema();
    int output = measure == null ? -1 : schema.outputIndex(measure);
    if (output < 0) {
      List<String> known = schema.outputs().stream().map(Output::name).toList();
      throw RequestFault.bad(
          "measure",
          measure == null
              ? "measure is missing; expected one of " + known
              : "group %s has no measure \"%s\"; %s"
                  .formatted(group.name(), measure, Suggestions.of(measure, known)));
    }
    return output;
  }

  private static int interval(Group group, int output, String step) {
    ItemSchema schema = group.itemSchema();
    List<Interval> all = schema.schema().intervals();
    int[] each =
        IntStream.range(0, all.size())
            .filter(i -> all.get(i).kind() == Interval.Kind.EACH && schema.has(output, i))
            .toArray();
    List<String> labels = IntStream.of(each).mapToObj(i -> all.get(i).label()).toList();
    String measure = schema.output(output).name();
    if (each.length == 0) {
      throw RequestFault.bad(
          "measure",
          "%s of group %s has no each_ interval, and so no series"
              .formatted(measure, group.name()));
    }
    if (step == null && each.length == 1) {
      return each[0];
    }
    Optional<Duration> length =
        step == null
            ? Optional.empty()
            : Durations.parse(step.startsWith(EACH) ? step.substring(EACH.length()) : step);
    return IntStream.of(each)
        .filter(i -> length.isPresent() && length.get().toMillis() == all.get(i).millis())
        .findFirst()
        .orElseThrow(
            () ->
                RequestFault.bad(
                    "step",
                    "%s of group %s has the series %s; step is %s"
                        .formatted(
                            measure,
                            group.name(),
                            String.join(", ", labels),
                            step == null ? "missing" : "\"" + step + "\"")));
  }

  private static long instant(String name, String text) {
    try {
      return AsOf.parse(text);
    } catch (RequestFault e) {
      throw RequestFault.bad(
          name,
          "%s must be epoch milliseconds, a whole number from 0 to %d"
              .formatted(name, AsOf.LATEST_MILLIS));
    }
  }

  /** The start of the first pane that does not start before an instant. */
  private static long ceiling(long instant, long length) {
    return Math.floorDiv(instant + length - 1, length) * length;
  }

  /** The panes of an item. */
  PaneSeries of(String key, StoredItem item, CountedMeasures measures) {
    ItemValues values = item.values();
    ItemSchema schema = group.itemSchema();
    Interval each = schema.schema().intervals().get(interval);
    String measure = schema.output(output).name();
    boolean counted = measures.counts(group.name(), measure, each.label());
    List<PaneSeries.Pane> panes = new ArrayList<>();
    for (long start = from; start < to; start += each.millis()) {
      panes.add(new PaneSeries.Pane(start, counted ? valueOf(values, start) : null));
    }
    return new PaneSeries(
        group.name(),
        key,
        measure,
        each.label(),
        each.millis(),
        from,
        to,
        values.lastUpdateMillis(),
        counted ? Status.OK : Status.NOT_COUNTED,
        panes);
  }

  private Object valueOf(ItemValues values, long start) {
    if (group.itemSchema().output(output).form() == Form.LABELS) {
      return GroupReport.byLabel(values.labelsOfPane(output, interval, start));
    }
    double value = values.valueOfPane(output, interval, start);
    return Double.isNaN(value) ? null : Double.valueOf(value);
  }
}
