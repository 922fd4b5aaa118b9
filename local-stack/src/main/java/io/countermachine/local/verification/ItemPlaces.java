package io.countermachine.local.verification;

import java.util.Map;

/** The names of one item's numbers for comparisons, independent of the storage format. */
final class ItemPlaces {
  private static final String SESSION = "session_";
  private static final String START = "@";
  private static final long MILLIS_PER_SECOND = 1_000;

  private ItemPlaces() {}

  /** The name of a measure's label. */
  static String label(String measure, String label) {
    return measure + "[" + label + "]";
  }

  /** The name of an interval's pane. */
  static String pane(String interval, long startMillis) {
    return interval + START + startMillis;
  }

  /**
   * The sum of a pane and of all later panes of its interval. For a place that is not a pane, its
   * value. 0 if there is none.
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

  /** The start of a pane from its name in a readable item, in epoch milliseconds. */
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

  /** Adds a pane with a weight, and with sums of distances from a center and of their squares. */
  static void putMoments(Map<String, Double> into, String pane, double center, double... sums) {
    into.put(weight(pane), sums[0]);
    double distance = sums[1] / sums[0];
    into.put(mean(pane), center + distance);
    into.put(variance(pane), sums[2] / sums[0] - distance * distance);
  }
}
