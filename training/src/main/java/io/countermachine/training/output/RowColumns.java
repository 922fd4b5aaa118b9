package io.countermachine.training.output;

import io.countermachine.catalog.Feature;
import io.countermachine.catalog.FeatureType;
import io.countermachine.service.evaluate.Status;
import io.countermachine.training.Label;
import io.countermachine.training.TrainingPlan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The names of a file's columns: the row's position, its keys, features with statuses, labels. */
final class RowColumns {
  static final String REQUEST = "request";
  static final String CANDIDATE = "candidate";
  static final String AS_OF = "asOf";
  private static final String STATUS = ".status";
  private static final Status[] STATUSES = Status.values();

  private final List<String> keys;
  private final List<Feature> features;
  private final List<String> labels;

  RowColumns(TrainingPlan plan) {
    keys = plan.rowFields();
    features = plan.features().features();
    labels = plan.spec().labels().stream().map(Label::name).toList();
    requireDistinct();
  }

  private void requireDistinct() {
    Set<String> seen = new HashSet<>();
    for (String name : all()) {
      if (!seen.add(name)) {
        throw new IllegalStateException(
            "two columns would be called %s; give the label another name, such as --label followed=EVENT:within=1h"
                .formatted(name));
      }
    }
  }

  /** All columns in order. */
  List<String> all() {
    List<String> all = new ArrayList<>(List.of(REQUEST, CANDIDATE, AS_OF));
    all.addAll(keys);
    features.forEach(feature -> all.add(feature.name()));
    features.forEach(feature -> all.add(status(feature.name())));
    all.addAll(labels);
    return all;
  }

  static String status(String feature) {
    return feature + STATUS;
  }

  List<String> keys() {
    return keys;
  }

  List<String> features() {
    return features.stream().map(Feature::name).toList();
  }

  /** Returns true if a feature's values are numbers or null. */
  boolean isNumber(int feature) {
    return features.get(feature).type() == FeatureType.NUMBER;
  }

  List<String> labels() {
    return labels;
  }

  static String statusName(byte index) {
    return STATUSES[index].name();
  }
}
