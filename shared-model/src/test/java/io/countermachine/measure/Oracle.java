package io.countermachine.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What measures are worth, by plain loops over the list of all events; nothing of the code under
 * test but the names of intervals.
 */
final class Oracle {
  private final List<Happening> all;
  private final List<Happening> left = new ArrayList<>();
  private final long unit;
  private final long newest;

  Oracle(List<Happening> all, long unit) {
    this.all = all;
    this.unit = unit;
    long latest = Long.MIN_VALUE;
    for (Happening happening : all) {
      latest = Math.max(latest, happening.instant());
      if (happening.counted() && happening.isLeft()) {
        left.add(happening);
      }
    }
    this.newest = latest;
  }

  long newest() {
    return newest;
  }

  /** How much an event at an instant counts at a later one. */
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

  /** Walks back from the newest event over all that are at most a gap apart. */
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

  /** The sum of all absolute amounts, those taken back included: what rounding is relative to. */
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
