package io.countermachine.measure;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The kinds of measures behind the statistics of an event's value. Statistics of the same kind
 * share a measure.
 */
public enum StatisticKind {
  /** The mean and the standard deviation. */
  MOMENTS("mean|stddev"),
  /** Percentiles. */
  BINS("p[1-9][0-9]?"),
  /** The smallest value. */
  MIN("min"),
  /** The largest value. */
  MAX("max");

  /** All names, for messages. */
  public static final String NAMES = "mean, stddev, min, max, or p1 to p99";

  private final Pattern names;

  StatisticKind(String names) {
    this.names = Pattern.compile(names);
  }

  /** The kind with a statistic, such as {@code mean} or {@code p95}; empty if there is none. */
  public static Optional<StatisticKind> of(String statistic) {
    for (StatisticKind each : values()) {
      if (each.names.matcher(statistic).matches()) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  /** The name of its measures, after the {@code #} that follows the name of the stats. */
  public String part() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The kind of measure.
   *
   * @param error the maximum relative error of a percentile, more than 0 and at most 0.5
   */
  public MeasureKind measureKind(double error) {
    return switch (this) {
      case MOMENTS -> MeasureKind.moments();
      case BINS -> MeasureKind.bins(error);
      case MIN -> MeasureKind.min();
      case MAX -> MeasureKind.max();
    };
  }
}
