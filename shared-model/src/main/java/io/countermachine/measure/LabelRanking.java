package io.countermachine.measure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Orders labels by their values, and combines those that are not among the heaviest. */
final class LabelRanking {
  private static final Comparator<LabelValue> HEAVIEST_FIRST =
      Comparator.comparingDouble(LabelValue::value).reversed().thenComparing(LabelValue::label);

  private final int keep;
  private final List<LabelValue> entries = new ArrayList<>();
  private double other;

  LabelRanking(int keep) {
    this.keep = keep;
  }

  /** Adds a label; one with the value 0 is ignored. */
  void add(String label, double value) {
    if (value != 0) {
      entries.add(new LabelValue(label, value));
    }
  }

  /** Adds a label of an item, which may be {@code other}. */
  void addShown(String label, double value) {
    if (label.equals(HistogramCell.OTHER)) {
      addOther(value);
    } else {
      add(label, value);
    }
  }

  /** Adds to the value of {@code other}. */
  void addOther(double value) {
    other += value;
  }

  /** The heaviest labels, equal ones by their text, then {@code other} if it is not 0. */
  List<LabelValue> heaviest() {
    entries.sort(HEAVIEST_FIRST);
    List<LabelValue> shown = new ArrayList<>(entries.subList(0, Math.min(keep, entries.size())));
    double rest = other;
    for (int i = shown.size(); i < entries.size(); i++) {
      rest += entries.get(i).value();
    }
    if (rest != 0) {
      shown.add(new LabelValue(HistogramCell.OTHER, rest));
    }
    return shown;
  }
}
