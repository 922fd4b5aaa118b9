package io.countermachine.catalog.yaml;

import io.countermachine.catalog.Durations;
import io.countermachine.catalog.Feed;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.GroupFormula;
import io.countermachine.catalog.Quantity;
import io.countermachine.item.ItemSize;
import io.countermachine.measure.Interval;
import io.countermachine.measure.Measure;
import io.countermachine.measure.Output;
import io.countermachine.measure.Schema;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The part of {@code check} about one group: its contents, the size of a key, the changes per
 * event.
 */
final class GroupSummary {
  /** The size of DynamoDB's write unit. */
  private static final int WRITE_UNIT_BYTES = 1024;

  /** A key's instant of the newest event, and its expiry. */
  private static final int INSTANTS_BYTES = 16;

  private static final int RUN_BYTES = 16;
  private static final int MOST_RUNS = 2;

  private final Group group;
  private final Schema schema;

  GroupSummary(Group group) {
    this.group = group;
    this.schema = group.schema();
  }

  void print(PrintStream out) {
    ItemSize.Bytes item = ItemSize.of(group);
    out.printf(
        "  group %s by %s: %s; ratios %s; formulas %s; intervals %s; retained %s%s; %s,"
            + " items of up to %d bytes%n",
        group.name(),
        group.keyFields().isEmpty()
            ? "nothing, under the one key *"
            : String.join(" x ", group.keyFields()),
        joined(group.itemSchema().outputs().stream().map(this::told).toList()),
        joined(formulas(true)),
        joined(formulas(false)),
        joined(schema.intervals().stream().map(Interval::label).toList()),
        group.retain().map(Durations::format).orElse("for ever"),
        group.precision().map(precision -> "; precision " + precision).orElse(""),
        Quantity.of(group.features().size(), "feature"),
        item.worst());
    out.printf(
        "    a key: state of about %d bytes, at most %d; an item of about %d bytes, at most %d%n",
        stateBytes(false), stateBytes(true), item.typical(), item.worst());
    changes()
        .forEach(
            (event, change) ->
                out.printf(
                    "    an event %s: changes %s and %s%s; its write takes about %s%n",
                    event,
                    Quantity.of(change[0], "number"),
                    Quantity.of(change[1], "pane"),
                    change[2] == 0 ? "" : ", and leaves " + Quantity.of(change[2], "entry"),
                    Quantity.of(writeUnits(item.typical()), "write unit")));
  }

  /** The write units that DynamoDB bills for that many bytes. */
  static long writeUnits(long bytes) {
    return (bytes + WRITE_UNIT_BYTES - 1) / WRITE_UNIT_BYTES;
  }

  /** The bytes of a key in the state, at most or typically. */
  long stateBytes(boolean worst) {
    long bytes = INSTANTS_BYTES;
    for (int measure = 0; measure < schema.measures().size(); measure++) {
      bytes += worst ? schema.stateBytes(measure).worst() : schema.stateBytes(measure).typical();
    }
    long sessions =
        schema.intervals().stream()
            .filter(interval -> interval.kind() == Interval.Kind.SESSION)
            .count();
    return bytes + sessions * RUN_BYTES * (worst ? MOST_RUNS : 1);
  }

  /** How many numbers, panes and entries each event changes, by the events' names. */
  private Map<String, long[]> changes() {
    Map<String, long[]> changes = new LinkedHashMap<>();
    for (Feed feed : group.feeds()) {
      long[] change = changes.computeIfAbsent(feed.event(), event -> new long[3]);
      Measure measure = schema.measures().get(feed.measure());
      long decayed = measure.intervals().stream().filter(Interval::isDecayed).count();
      change[0] += decayed * measure.kind().paneLanes();
      change[1] += measure.intervals().size() - decayed;
      change[2] += measure.kind().form().hasIntervals() ? 0 : 1;
    }
    return changes;
  }

  private List<String> formulas(boolean ratios) {
    List<String> names = new ArrayList<>();
    for (GroupFormula formula : group.formulas()) {
      if (formula.isRatio() == ratios) {
        names.add(formula.name());
      }
    }
    return names;
  }

  /** An output, with the events that feed it if their names differ. */
  private String told(Output output) {
    String event =
        group.feeds().stream()
            .filter(feed -> feed.measure() == output.measure())
            .map(Feed::event)
            .collect(Collectors.joining(" and "));
    return output.name().equals(event) ? event : output.name() + " (of " + event + ")";
  }

  private static String joined(List<String> names) {
    return names.isEmpty() ? "none" : String.join(", ", names);
  }
}
