package io.countermachine.item;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.countermachine.json.JsonBytes;
import io.countermachine.measure.Interval;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.Panes;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** The rules that both forms of items share for panes. */
final class StoredPanes {
  /**
   * The key beside the labels of intervals for the center of values in panes of several numbers.
   */
  static final String CENTER = "c";

  private static final String SESSION = "session_";
  private static final int MILLIS_PER_SECOND = 1_000;
  private static final int MILLIS_DIGITS = 3;

  private StoredPanes() {}

  /** Returns true if a pane is left out because it is empty. */
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

  /** The number of stored panes. */
  static int count(Panes panes) {
    int count = 0;
    for (int pane = 0; panes != null && pane < panes.size(); pane++) {
      count += isAbsent(panes, pane) ? 0 : 1;
    }
    return count;
  }

  /** Returns true if any pane is stored. */
  static boolean any(Panes panes) {
    for (int pane = 0; panes != null && pane < panes.size(); pane++) {
      if (!isAbsent(panes, pane)) {
        return true;
      }
    }
    return false;
  }

  /** Returns true if any pane of an output is stored. */
  static boolean any(ItemValues values, int output, int[] intervals) {
    for (int interval : intervals) {
      if (any(values.panes(output, interval))) {
        return true;
      }
    }
    return false;
  }

  /** The labels of an output with a stored number or pane. */
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

  /**
   * Returns true if panes of an interval are named by milliseconds; all others are named by
   * seconds.
   */
  static boolean inMillis(Interval interval) {
    return interval.kind() == Interval.Kind.SESSION;
  }

  /** The same from the interval's label, whose prefix says the kind. */
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
   * The start of a pane from its name in the readable form, in epoch milliseconds.
   *
   * @throws IllegalArgumentException if it is not such a name
   */
  static long start(String name, boolean inMillis) {
    try {
      return inMillis
          ? Long.parseLong(name)
          : new BigDecimal(name).movePointRight(MILLIS_DIGITS).longValueExact();
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException("\"" + name + "\" is not the start of a pane", e);
    }
  }
}
