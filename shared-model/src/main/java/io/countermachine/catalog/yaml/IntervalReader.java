package io.countermachine.catalog.yaml;

import io.countermachine.catalog.Durations;
import io.countermachine.catalog.IntervalLabel;
import io.countermachine.measure.Interval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.nodes.Node;

/** Reads a list of intervals. */
final class IntervalReader {
  private static final String INTERVALS = "intervals";

  private final WindowReader windows;
  private final Faults faults;

  IntervalReader(WindowReader windows, Faults faults) {
    this.windows = windows;
    this.faults = faults;
  }

  /**
   * The intervals listed under {@code intervals}, each with its node; faults are collected, and
   * faulty intervals left out.
   */
  Map<Interval, Node> read(YamlMap map) {
    Map<Interval, Node> intervals = new LinkedHashMap<>();
    Map<String, Node> texts = map.texts(INTERVALS);
    if (texts.isEmpty()) {
      faults.add(
          map.keyNode(INTERVALS),
          "\"intervals\" is empty; expected for example [1h, 7d, lifetime]");
    }
    texts.forEach(
        (text, node) ->
            read(text, node)
                .ifPresent(
                    interval -> {
                      if (intervals.putIfAbsent(interval, node) != null) {
                        faults.add(
                            node,
                            "duplicate interval \"%s\"; it is the same as %s, which is listed already"
                                .formatted(text, interval.label()));
                      }
                    }));
    return intervals;
  }

  private Optional<Interval> read(String text, Node node) {
    Optional<IntervalLabel> label = IntervalLabel.parse(text);
    if (label.isEmpty()) {
      faults.add(
          node,
          "bad duration \"%s\"; expected a whole number above 0 and a unit, such as 500ms, 5s, 1m, 1h or 1d, of at most %s; or lifetime, or a duration after last_, each_ or session_"
              .formatted(text, Durations.format(Durations.LONGEST)));
    }
    return label.flatMap(found -> windows.interval(found, node));
  }

  /** The default intervals if the catalog lists none. */
  List<Interval> defaults(Node node) {
    List<Interval> intervals = new ArrayList<>();
    for (String text : List.of("1m", "1h", "1d", "7d", "30d", "lifetime")) {
      read(text, node).ifPresent(intervals::add);
    }
    return intervals;
  }
}
