package io.countermachine.catalog.yaml;

import io.countermachine.catalog.Durations;
import io.countermachine.catalog.Precision;
import java.time.Duration;
import java.util.Optional;

/** Reads a group's {@code precision} and {@code maxStale}. */
final class PrecisionReader {
  private static final String PRECISION = "precision";
  private static final String MAX_STALE = "maxStale";

  private PrecisionReader() {}

  /**
   * The group's precision; empty if every change is written, which also is the meaning of a
   * precision of 0.
   */
  static Optional<Precision> read(
      String group, YamlMap map, Optional<Duration> retain, Faults faults) {
    int before = faults.count();
    double fraction = map.has(PRECISION) ? readFraction(map, faults) : 0;
    Duration maxStale =
        map.has(MAX_STALE)
            ? map.duration(MAX_STALE, false).orElse(Precision.DEFAULT_MAX_STALE)
            : Precision.DEFAULT_MAX_STALE;
    if (faults.count() > before) {
      return Optional.empty();
    }
    if (fraction == 0) {
      if (map.has(MAX_STALE)) {
        faults.add(
            map.keyNode(MAX_STALE),
            "group \"%s\" has maxStale without a precision above 0; give it one, such as precision: 0.1%%, or leave maxStale out"
                .formatted(group));
      }
      return Optional.empty();
    }
    if (retain.isPresent() && retain.get().compareTo(maxStale) <= 0) {
      faults.add(
          map.node(),
          "group \"%s\" is retained for %s, while changes may wait for %s to be written; make maxStale shorter than retain"
              .formatted(group, Durations.format(retain.get()), Durations.format(maxStale)));
    }
    return Optional.of(new Precision(fraction, maxStale));
  }

  private static double readFraction(YamlMap map, Faults faults) {
    Optional<String> text = map.text(PRECISION);
    if (text.isEmpty()) {
      return 0;
    }
    try {
      double fraction = YamlMap.fractionOf(text.get());
      if (fraction >= 0 && fraction < 1) {
        return fraction;
      }
    } catch (NumberFormatException e) {
      // Reported below, like a number that is out of range.
    }
    faults.add(
        map.value(PRECISION),
        "\"precision\" is \"%s\", expected a fraction from 0 to below 1, such as 0.001 or 0.1%%"
            .formatted(text.get()));
    return 0;
  }
}
