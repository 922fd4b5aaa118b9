package io.countermachine.measure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The values of measures, by plain loops over the list of all events. Uses nothing of the code
 * under test except the names of intervals.
 */
final class Oracle {
  private final List<Happening> all;
  private final List<Happening> left = new ArrayList<>();
  private final long unit;
  private final long newest;
  private final long newestCounted;

  Oracle(List<Happening> all, long unit) {
    this.all = all;
    this.unit = unit;
    long latest = Long.MIN_VALUE;
    long latestCounted = Long.MIN_VALUE;
    for (Happening happening : all) {
      latest = Math.max(latest, happening.instant());
      if (happening.counted()) {
        latestCounted = Math.max(latestCounted, happening.instant());
      }
      if (happening.counted() && happening.isLeft()) {
        left.add(happening);
      }
    }
    this.newest = latest;
    this.newestCounted = latestCounted;
  }

  long newest() {
    return newest;
  }

  /**
   * The newest event of the measure, as if the key had no other events: ratios depend on no other
   * instant.
   */
  long newestCounted() {
    return newestCounted;
  }

  /** Returns true if all counted events were retracted. */
  boolean isNothingLeft() {
    return left.isEmpty();
  }

  /** The weight of an event at a later instant. */
  double kernel(Interval interval, long instant, long asOf) {
    return switch (interval.kind()) {
      case DECAY -> Math.exp(-(double) (asOf - instant) / interval.millis());
      case LIFETIME -> 1;
      case LAST -> {
        long start = instant - instant % interval.stepMillis();
        int inside = 0;
        int instants = 0;
        for (long at = start; at < start + interval.stepMillis(); at += unit) {
          instants++;
          if (at > asOf - interval.millis()) {
            inside++;
          }
        }
        yield (double) inside / instants;
      }
      case EACH -> {
        long end = asOf - asOf % interval.millis();
        yield instant >= end - interval.millis() && instant < end ? 1 : 0;
      }
      case SESSION -> {
        if (asOf > newest + interval.millis()) {
          yield 0;
        }
        yield instant >= sessionStart(interval.millis()) ? 1 : 0;
      }
    };
  }

  /** Walks back from the newest event over all events that are at most a gap apart. */
  private long sessionStart(long gap) {
    long start = newest;
    boolean moved = true;
    while (moved) {
      moved = false;
      for (Happening happening : all) {
        if (happening.instant() < start && start - happening.instant() <= gap) {
          start = happening.instant();
          moved = true;
        }
      }
    }
    return start;
  }

  private double weight(Happening happening, Interval interval, long asOf) {
    return happening.weight() * kernel(interval, happening.instant(), asOf);
  }

  double count(Interval interval, long asOf) {
    double sum = 0;
    for (Happening happening : left) {
      sum += weight(happening, interval, asOf);
    }
    return sum;
  }

  double sum(Interval interval, long asOf) {
    double sum = 0;
    for (Happening happening : left) {
      sum += happening.value() * weight(happening, interval, asOf);
    }
    return sum;
  }

  /** The sum of all absolute amounts, including retracted ones, which bounds the rounding error. */
  double absolute(Interval interval, long asOf, boolean values) {
    double sum = 0;
    for (Happening happening : all) {
      if (happening.counted()) {
        double amount = values ? Math.abs(happening.value()) : 1;
        sum += amount * Math.abs(weight(happening, interval, asOf));
      }
    }
    return sum;
  }

  double mean(Interval interval, long asOf) {
    double weight = count(interval, asOf);
    return weight > 0 ? sum(interval, asOf) / weight : Double.NaN;
  }

  double variance(Interval interval, long asOf) {
    double mean = mean(interval, asOf);
    double sum = 0;
    for (Happening happening : left) {
      double distance = happening.value() - mean;
      sum += weight(happening, interval, asOf) * distance * distance;
    }
    return sum / count(interval, asOf);
  }

  /** The smallest value with at least a share of the weight at or below it; NaN without weight. */
  double atShare(double share, Interval interval, long asOf) {
    TreeMap<Double, Double> weights = new TreeMap<>();
    for (Happening happening : left) {
      weights.merge(happening.value(), weight(happening, interval, asOf), Double::sum);
    }
    double total = count(interval, asOf);
    double sum = 0;
    for (Map.Entry<Double, Double> entry : weights.entrySet()) {
      sum += entry.getValue();
      if (total > 0 && entry.getValue() > 0 && sum >= share * total) {
        return entry.getKey();
      }
    }
    return total > 0 ? weights.lastKey() : Double.NaN;
  }

  Map<String, Double> labels(Interval interval, long asOf) {
    Map<String, Double> labels = new TreeMap<>();
    for (Happening happening : left) {
      labels.merge(happening.label(), weight(happening, interval, asOf), Double::sum);
    }
    return labels;
  }

  /** All events, whether retracted later or not. */
  private List<Happening> happened() {
    return all.stream().filter(h -> h.counted() && !h.takesBack()).toList();
  }

  /** Each label counts with the weight of its last event. */
  double uniques(Interval interval, long asOf) {
    Map<String, Long> last = new TreeMap<>();
    happened().forEach(h -> last.merge(h.label(), h.instant(), Math::max));
    double sum = 0;
    for (long instant : last.values()) {
      sum += kernel(interval, instant, asOf);
    }
    return sum;
  }

  double extreme(Interval interval, long asOf, boolean least) {
    double extreme = Double.NaN;
    for (Happening happening : happened()) {
      double value = happening.value() == 0 ? 0 : happening.value();
      if (kernel(interval, happening.instant(), asOf) > 0
          && (Double.isNaN(extreme) || (least ? value < extreme : value > extreme))) {
        extreme = value;
      }
    }
    return extreme;
  }

  /**
   * The first or last event with a label; at one instant, the one with the smaller label. Null for
   * none.
   */
  TimedEntry end(boolean first) {
    TimedEntry end = null;
    for (Happening happening : happened()) {
      Object label = happening.fields(List.of("label"))[0];
      if (label == null) {
        continue;
      }
      long at = happening.instant();
      boolean better =
          end == null
              || (first ? at < end.atMillis() : at > end.atMillis())
              || (at == end.atMillis() && label.toString().compareTo(end.field(0).toString()) < 0);
      end = better ? new TimedEntry(at, label) : end;
    }
    return end;
  }

  /** The newest distinct events, at most one for each value of a field if one is given. */
  List<TimedEntry> list(List<String> fields, int distinct, int keep, int shown) {
    Map<String, Object[]> rows = new TreeMap<>();
    for (Happening happening : happened()) {
      Object[] values = happening.fields(fields);
      StringBuilder order =
          new StringBuilder("%020d".formatted(Long.MAX_VALUE - happening.instant()));
      for (Object value : values) {
        order.append('\0').append(value == null ? "" : value);
      }
      Object[] row = Arrays.copyOf(values, values.length + 1);
      row[values.length] = happening.instant();
      rows.put(order.toString(), row);
    }
    List<TimedEntry> entries = new ArrayList<>();
    Set<Object> seen = new HashSet<>();
    for (Object[] row : rows.values()) {
      boolean listed = distinct < 0 || (row[distinct] != null && seen.add(row[distinct]));
      if (listed && entries.size() < keep) {
        long at = (Long) row[row.length - 1];
        entries.add(new TimedEntry(at, Arrays.copyOf(row, shown)));
      }
    }
    return entries;
  }

  double spread() {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (Happening happening : all) {
      least = Math.min(least, happening.value());
      most = Math.max(most, happening.value());
    }
    return Math.max(most - least, 1e-3 * Math.max(Math.abs(most), Math.abs(least)));
  }
}
