package io.countermachine.item;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.countermachine.json.JsonBytes;
import io.countermachine.measure.Interval;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.Panes;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** What both forms of items say of panes. */
final class StoredPanes {
  /** Beside the labels of intervals: what values in panes of several numbers are measured from. */
  static final String CENTER = "c";

  private static final String SESSION = "session_";
  private static final int MILLIS_PER_SECOND = 1_000;
  private static final int MILLIS_DIGITS = 3;

  private StoredPanes() {}

  /** Whether a pane is left out: nothing is in it. */
  static boolean isAbsent(Panes panes, int pane) {
    if (!panes.isZeroNothing()) {
      return false;
    }
    for (int lane = 0; lane < panes.lanes(); lane++) {
      if (!StoredNumber.isNegligible(panes.value(pane, lane))) {
        return false;
      }
    }
    return true;
  }

  /** How many panes are stored. */
  static int count(Panes panes) {
    int count = 0;
    for (int pane = 0; panes != null && pane < panes.size(); pane++) {
      count += isAbsent(panes, pane) ? 0 : 1;
    }
    return count;
  }

  /** Whether any pane is stored. */
  static boolean any(Panes panes) {
    for (int pane = 0; panes != null && pane < panes.size(); pane++) {
      if (!isAbsent(panes, pane)) {
        return true;
      }
    }
    return false;
  }

  /** Whether any pane of an output is stored. */
  static boolean any(ItemValues values, int output, int[] intervals) {
    for (int interval : intervals) {
      if (any(values.panes(output, interval))) {
        return true;
      }
    }
    return false;
  }

  /** The labels of an output of which a number or a pane is stored. */
  static List<String> labels(
      ItemValues values, int output, int[] numberIntervals, int[] paneIntervals) {
    List<String> labels = new ArrayList<>();
    for (String label : values.labels(output)) {
      boolean isStored = false;
      for (int interval : numberIntervals) {
        isStored |= !StoredNumber.isNegligible(values.labelNumber(output, label, interval));
      }
      for (int interval : paneIntervals) {
        isStored |= count(values.labelPanes(output, label, interval)) > 0;
      }
      if (isStored) {
        labels.add(label);
      }
    }
    return labels;
  }

  /** Whether panes of an interval are named by milliseconds, all others' being by seconds. */
  static boolean inMillis(Interval interval) {
    return interval.kind() == Interval.Kind.SESSION;
  }

  /** The same by the interval's label, which begins with what kind it is of. */
  static boolean inMillis(String label) {
    return label.startsWith(SESSION);
  }

  /** The name of a pane in the readable form: its start. */
  static String name(long startMillis, boolean inMillis) {
    if (inMillis || startMillis % MILLIS_PER_SECOND == 0) {
      return Long.toString(inMillis ? startMillis : startMillis / MILLIS_PER_SECOND);
    }
    return BigDecimal.valueOf(startMillis, MILLIS_DIGITS).stripTrailingZeros().toPlainString();
  }

  /** Writes what {@link #name} returns. */
  static void writeName(long startMillis, boolean inMillis, JsonBytes json) {
    if (inMillis || startMillis % MILLIS_PER_SECOND == 0) {
      json.write(inMillis ? startMillis : startMillis / MILLIS_PER_SECOND);
    } else {
      json.write(name(startMillis, false).getBytes(US_ASCII));
    }
  }

  /**
   * The start of a pane by its name in the readable form, in epoch milliseconds.
   *
   * @throws IllegalArgumentException where it is none
   */
  static long start(String name, boolean inMillis) {
    try {
      return inMillis
          ? Long.parseLong(name)
          : new BigDecimal(name).movePointRight(MILLIS_DIGITS).longValueExact();
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException("\"" + name + "\" is no start of a pane", e);
    }
  }
}
