package io.countermachine.service.evaluate;

import io.countermachine.catalog.Feature;
import io.countermachine.catalog.Feature.DerivedRatio;
import io.countermachine.catalog.Feature.StoredMeasure;
import io.countermachine.catalog.Ratio;
import java.util.List;

/** Turns one group's counters into the values of a plan's features, a slot each. */
public final class GroupEvaluator {
  private final int[] measures;
  private final Ratio[] ratios;
  private final int[] intervals;
  private final KeyValues noKey;
  private final KeyValues failed;

  /**
   * @param features of one group
   */
  public GroupEvaluator(List<Feature> features) {
    int size = features.size();
    measures = new int[size];
    ratios = new Ratio[size];
    intervals = new int[size];
    for (int i = 0; i < size; i++) {
      Feature feature = features.get(i);
      intervals[i] = feature.interval();
      if (feature.source() instanceof DerivedRatio derived) {
        ratios[i] = derived.ratio();
      } else if (feature.source() instanceof StoredMeasure stored) {
        measures[i] = stored.measure();
      }
    }
    noKey = KeyValues.none(size, Status.NO_KEY);
    failed = KeyValues.none(size, Status.ERROR);
  }

  /** What a candidate without a key gets. */
  public KeyValues noKey() {
    return noKey;
  }

  /** What a key gets for which the store failed. */
  KeyValues failed() {
    return failed;
  }

  /** What a key gets of which nothing is stored. */
  KeyValues absent() {
    KeyValues values = new KeyValues(intervals.length);
    for (int slot = 0; slot < intervals.length; slot++) {
      values.set(slot, valueOfAbsent(ratios[slot]), Status.NOT_FOUND);
    }
    return values;
  }

  private static double valueOfAbsent(Ratio ratio) {
    if (ratio == null) {
      return 0;
    }
    return ratio.isSmoothed() ? ratio.prior() : Double.NaN;
  }

  /**
   * What stored counters are worth.
   *
   * @param stale whether they are of a copy that is too old, for want of a store
   */
  KeyValues values(CounterView view, boolean stale) {
    Status found = stale ? Status.STALE : view.isNewer() ? Status.NEWER : Status.OK;
    KeyValues values = new KeyValues(intervals.length);
    for (int slot = 0; slot < intervals.length; slot++) {
      Ratio ratio = ratios[slot];
      double value =
          ratio == null
              ? view.value(measures[slot], intervals[slot])
              : view.ratio(ratio, intervals[slot]);
      values.set(slot, value, Double.isNaN(value) ? Status.UNDEFINED : found);
    }
    return values;
  }
}
