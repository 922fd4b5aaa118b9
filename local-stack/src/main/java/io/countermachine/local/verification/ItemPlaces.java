package io.countermachine.local.verification;

import java.util.Map;

/** The names under which one item's numbers are compared, whatever form they are stored in. */
final class ItemPlaces {
  private static final String SESSION = "session_";
  private static final String START = "@";
  private static final long MILLIS_PER_SECOND = 1_000;

  private ItemPlaces() {}

  /** A label of a measure. */
  static String label(String measure, String label) {
    return measure + "[" + label + "]";
  }

  /** A pane of an interval. */
  static String pane(String interval, long startMillis) {
    return interval + START + startMillis;
  }

  /**
   * The sum of a pane and of all panes of its interval after it; of a place that is no pane, what
   * it has. 0 where there is nothing.
   */
  static double sumFrom(Map<String, Double> row, String place) {
    int start = place.indexOf(START) + 1;
    if (start == 0) {
      return row.getOrDefault(place, 0.0);
    }
    String interval = place.substring(0, start);
    long first = Long.parseLong(place.substring(start));
    double sum = 0;
    for (Map.Entry<String, Double> other : row.entrySet()) {
      if (other.getKey().startsWith(interval)
          && Long.parseLong(other.getKey().substring(start)) >= first) {
        sum += other.getValue();
      }
    }
    return sum;
  }

  /** The start that names a pane in a readable item, in epoch milliseconds. */
  static long startMillis(String interval, String name) {
    return interval.startsWith(SESSION)
        ? Long.parseLong(name)
        : Math.round(Double.parseDouble(name) * MILLIS_PER_SECOND);
  }

  static String weight(String pane) {
    return pane + " weight";
  }

  static String mean(String pane) {
    return pane + " mean";
  }

  static String variance(String pane) {
    return pane + " variance";
  }

  /** Puts a pane of a weight, and of sums of distances from a center and of their squares. */
  static void putMoments(Map<String, Double> into, String pane, double center, double... sums) {
    into.put(weight(pane), sums[0]);
    double distance = sums[1] / sums[0];
    into.put(mean(pane), center + distance);
    into.put(variance(pane), sums[2] / sums[0] - distance * distance);
  }
}
