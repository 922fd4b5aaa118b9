package io.countermachine.catalog.yaml;

import io.countermachine.catalog.Durations;
import io.countermachine.catalog.Interval;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.nodes.Node;

/** Reads a list of decay intervals. */
final class IntervalReader {
  private static final String INTERVALS = "intervals";

  private IntervalReader() {}

  /**
   * The intervals listed under {@code intervals}; faults are noted, the interval of a fault left
   * out.
   */
  static List<Interval> read(YamlMap map, Faults faults) {
    List<Interval> intervals = new ArrayList<>();
    Map<String, Node> texts = map.texts(INTERVALS);
    if (texts.isEmpty()) {
      faults.add(
          map.keyNode(INTERVALS), "\"intervals\" lists none; expected such as [1h, 7d, lifetime]");
    }
    texts.forEach(
        (text, node) ->
            read(text, node, faults)
                .ifPresent(
                    interval -> {
                      if (intervals.contains(interval)) {
                        faults.add(
                            node,
                            "duplicate interval \"%s\"; it is the same as %s, which is listed already"
                                .formatted(text, interval.label()));
                      } else {
                        intervals.add(interval);
                      }
                    }));
    return intervals;
  }

  private static Optional<Interval> read(String text, Node node, Faults faults) {
    if (text.equals(Interval.LIFETIME.label())) {
      return Optional.of(Interval.LIFETIME);
    }
    return YamlMap.duration(node, text, false, faults).map(IntervalReader::of);
  }

  static Interval of(Duration tau) {
    return new Interval(Durations.format(tau), tau.toMillis());
  }
}
