package io.countermachine.catalog;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One aggregation key and what is counted under it; one stored item per group and key.
 *
 * <p>Measures and intervals are addressed by index in hot paths, and by name in everything that is
 * stored, so that a changed catalog still reads what an older one wrote.
 */
public final class Group {
  private final String name;
  private final List<String> keyFields;
  private final List<Measure> measures;
  private final List<Interval> intervals;
  private final List<Ratio> ratios;
  private final Optional<Duration> retain;
  private final Optional<Precision> precision;
  private final Map<String, Integer> measureIndexes = new HashMap<>();
  private final Map<String, Integer> intervalIndexes = new HashMap<>();
  private final double[] tausMillis;

  /** Creates a group of a valid catalog, of which every change is written. */
  public Group(
      String name,
      List<String> keyFields,
      List<Measure> measures,
      List<Interval> intervals,
      List<Ratio> ratios,
      Optional<Duration> retain) {
    this(name, keyFields, measures, intervals, ratios, retain, Optional.empty());
  }

  /**
   * Creates a group of a valid catalog.
   *
   * @param retain how long a key without events is kept, empty for ever
   * @param precision which changes need not be written at once, empty for none
   */
  public Group(
      String name,
      List<String> keyFields,
      List<Measure> measures,
      List<Interval> intervals,
      List<Ratio> ratios,
      Optional<Duration> retain,
      Optional<Precision> precision) {
    this.name = name;
    this.keyFields = List.copyOf(keyFields);
    this.measures = List.copyOf(measures);
    this.intervals = List.copyOf(intervals);
    this.ratios = List.copyOf(ratios);
    this.retain = retain;
    this.precision = precision;
    for (int i = 0; i < this.measures.size(); i++) {
      measureIndexes.put(this.measures.get(i).name(), i);
    }
    tausMillis = new double[this.intervals.size()];
    for (int i = 0; i < tausMillis.length; i++) {
      Interval interval = this.intervals.get(i);
      intervalIndexes.put(interval.label(), i);
      tausMillis[i] = interval.isLifetime() ? Double.POSITIVE_INFINITY : interval.tauMillis();
    }
  }

  public String name() {
    return name;
  }

  /** The event fields whose values, joined, are the key, in order. */
  public List<String> keyFields() {
    return keyFields;
  }

  /** The stored measures: counts, then sums, in the catalog's order. */
  public List<Measure> measures() {
    return measures;
  }

  public List<Interval> intervals() {
    return intervals;
  }

  public List<Ratio> ratios() {
    return ratios;
  }

  /** How long a key without events is kept in state and table; empty for ever. */
  public Optional<Duration> retain() {
    return retain;
  }

  /** Which changes need not be written at once; empty where all are. */
  public Optional<Precision> precision() {
    return precision;
  }

  /** Whether an event of that name feeds one of the measures. */
  public boolean counts(String eventName) {
    return measures.stream().anyMatch(measure -> measure.event().equals(eventName));
  }

  /** Index of the measure of that name in {@link #measures()}, or -1. */
  public int measureIndex(String measureName) {
    return measureIndexes.getOrDefault(measureName, -1);
  }

  /** Index of the interval with that canonical label in {@link #intervals()}, or -1. */
  public int intervalIndex(String label) {
    return intervalIndexes.getOrDefault(label, -1);
  }

  /** Tau of an interval in milliseconds; positive infinity for {@code lifetime}. */
  public double tauMillis(int interval) {
    return tausMillis[interval];
  }

  /** Every feature of the group: counts, sums, then ratios, each with every interval. */
  public List<Feature> features() {
    List<Feature> features = new ArrayList<>();
    for (int measure = 0; measure < measures.size(); measure++) {
      addFeatures(features, measures.get(measure).name(), new Feature.StoredMeasure(measure));
    }
    for (Ratio ratio : ratios) {
      addFeatures(features, ratio.name(), new Feature.DerivedRatio(ratio));
    }
    return features;
  }

  private void addFeatures(List<Feature> features, String measureName, Feature.Source source) {
    for (int i = 0; i < intervals.size(); i++) {
      features.add(
          new Feature(name + "." + measureName + "." + intervals.get(i).label(), this, source, i));
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
