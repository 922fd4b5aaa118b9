package io.countermachine.service.features;

import io.countermachine.catalog.Feature;
import io.countermachine.catalog.Feature.DerivedRatio;
import io.countermachine.catalog.Feature.StoredMeasure;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Ratio;
import java.util.ArrayList;
import java.util.List;

/** A list of features, resolved to what evaluation needs: groups and indexes in place of names. */
final class FeaturePlan {
  private final List<Feature> features;
  private final List<Group> groups = new ArrayList<>();
  private final int[] groupIndexes;
  private final int[] measures;
  private final Ratio[] ratios;
  private final int[] intervals;

  FeaturePlan(List<Feature> features) {
    this.features = List.copyOf(features);
    int size = features.size();
    groupIndexes = new int[size];
    measures = new int[size];
    ratios = new Ratio[size];
    intervals = new int[size];
    for (int i = 0; i < size; i++) {
      Feature feature = features.get(i);
      if (!groups.contains(feature.group())) {
        groups.add(feature.group());
      }
      groupIndexes[i] = groups.indexOf(feature.group());
      intervals[i] = feature.interval();
      if (feature.source() instanceof DerivedRatio derived) {
        ratios[i] = derived.ratio();
      } else if (feature.source() instanceof StoredMeasure stored) {
        measures[i] = stored.measure();
      }
    }
  }

  List<Feature> features() {
    return features;
  }

  /** The distinct groups of the features. */
  List<Group> groups() {
    return groups;
  }

  int size() {
    return intervals.length;
  }

  /** Index of a feature's group in {@link #groups()}. */
  int groupIndex(int feature) {
    return groupIndexes[feature];
  }

  /** What a feature is where nothing is stored; NaN for none. */
  double valueOfAbsent(int feature) {
    Ratio ratio = ratios[feature];
    if (ratio == null) {
      return 0;
    }
    return ratio.isSmoothed() ? ratio.prior() : Double.NaN;
  }

  /** What a feature is of stored counters; NaN where undefined. */
  double valueOf(int feature, CounterView view) {
    Ratio ratio = ratios[feature];
    return ratio == null
        ? view.value(measures[feature], intervals[feature])
        : view.ratio(ratio, intervals[feature]);
  }
}
