package io.countermachine.catalog;

import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.Output;
import io.countermachine.measure.Schema;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One aggregation key and what is counted under it; one stored item per group and key. A group is a
 * schema, which says what is stored, and a policy, formulas and words about it, which may change at
 * any restart.
 *
 * <p>Measures and intervals are addressed by index in hot paths, and by name in everything that is
 * stored, so that a changed catalog still reads what an older one wrote.
 */
public final class Group {
  /** The unit where a group is made of plain measures and intervals alone. */
  private static final long PLAIN_UNIT_MILLIS = 1;

  private final String name;
  private final List<String> keyFields;
  private final List<Measure> measures;
  private final List<Interval> intervals;
  private final List<Ratio> ratios;
  private final GroupPolicy policy;
  private final Map<String, Integer> measureIndexes = new HashMap<>();
  private final Map<String, Integer> intervalIndexes = new HashMap<>();
  private final double[] tausMillis;
  private final List<Feed> feeds;
  private final Map<String, GroupFormula> formulas = new LinkedHashMap<>();
  private final Map<String, Metadata> metadata;
  private ItemSchema itemSchema;
  private List<Feature> features;

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
   * Creates a group of plain measures and decayed intervals.
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
    this(
        name,
        keyFields,
        List.copyOf(measures),
        List.copyOf(intervals),
        null,
        PlainGroups.feeds(measures),
        PlainGroups.formulas(measures, ratios),
        Map.of(),
        new GroupPolicy(retain, precision, List.of()));
  }

  /**
   * Creates a group of a valid catalog.
   *
   * @param itemSchema what is kept and stored; counts and sums are its first measures
   * @param feeds which event gives which measure what
   * @param formulas with names that differ from each other's and the outputs'
   * @param metadata what the catalog says about outputs, by their names
   */
  public Group(
      ItemSchema itemSchema,
      List<Feed> feeds,
      List<GroupFormula> formulas,
      Map<String, Metadata> metadata,
      GroupPolicy policy) {
    this(
        itemSchema.schema().name(),
        itemSchema.schema().keyFields(),
        PlainGroups.measures(itemSchema.schema(), feeds),
        PlainGroups.intervals(itemSchema.schema()),
        itemSchema,
        feeds,
        formulas,
        metadata,
        policy);
  }

  private Group(
      String name,
      List<String> keyFields,
      List<Measure> measures,
      List<Interval> intervals,
      ItemSchema itemSchema,
      List<Feed> feeds,
      List<GroupFormula> formulas,
      Map<String, Metadata> metadata,
      GroupPolicy policy) {
    this.name = name;
    this.keyFields = List.copyOf(keyFields);
    this.measures = measures;
    this.intervals = intervals;
    this.itemSchema = itemSchema;
    this.feeds = List.copyOf(feeds);
    this.metadata = Map.copyOf(metadata);
    this.policy = policy;
    formulas.forEach(formula -> this.formulas.put(formula.name(), formula));
    this.ratios = formulas.stream().flatMap(formula -> formula.ratio().stream()).toList();
    for (int i = 0; i < measures.size(); i++) {
      measureIndexes.put(measures.get(i).name(), i);
    }
    tausMillis = new double[intervals.size()];
    for (int i = 0; i < tausMillis.length; i++) {
      Interval interval = intervals.get(i);
      intervalIndexes.put(interval.label(), i);
      tausMillis[i] = interval.isLifetime() ? Double.POSITIVE_INFINITY : interval.tauMillis();
    }
  }

  /** What the job keeps under one key. */
  public Schema schema() {
    return itemSchema().schema();
  }

  /** What the items hold, and so what features can be of. */
  public ItemSchema itemSchema() {
    if (itemSchema == null) {
      itemSchema = ItemSchema.of(PlainGroups.schema(this, PLAIN_UNIT_MILLIS));
    }
    return itemSchema;
  }

  /** Which event gives which measure of the schema what, in the order of measures. */
  public List<Feed> feeds() {
    return feeds;
  }

  /** What an event of that name gives. */
  public List<Feed> feeds(String eventName) {
    return feeds.stream().filter(feed -> feed.event().equals(eventName)).toList();
  }

  /** The formulas, ratios first, in the catalog's order. */
  public List<GroupFormula> formulas() {
    return List.copyOf(formulas.values());
  }

  public Optional<GroupFormula> formula(String formulaName) {
    return Optional.ofNullable(formulas.get(formulaName));
  }

  /** Whether an output or a formula has that name. */
  public boolean hasMeasure(String measureName) {
    return formulas.containsKey(measureName) || itemSchema().outputIndex(measureName) >= 0;
  }

  /** The names of outputs, then of formulas. */
  public List<String> measureNames() {
    return Stream.concat(
            itemSchema().outputs().stream().map(Output::name), formulas.keySet().stream())
        .toList();
  }

  /** The intervals of an output, in the order of the schema's. */
  public List<io.countermachine.measure.Interval> outputIntervals(int output) {
    List<io.countermachine.measure.Interval> all = schema().intervals();
    return IntStream.range(0, all.size())
        .filter(interval -> itemSchema().has(output, interval))
        .mapToObj(all::get)
        .toList();
  }

  /** What the catalog says about an output or a formula. */
  public Metadata metadata(String measureName) {
    return formula(measureName)
        .map(GroupFormula::metadata)
        .orElseGet(() -> metadata.getOrDefault(measureName, Metadata.NONE));
  }

  /** What was left out of intervals that the catalog gives to all measures, each in a sentence. */
  public List<String> notes() {
    return policy.notes();
  }

  public String name() {
    return name;
  }

  /** The event fields whose values, joined, are the key, in order. */
  public List<String> keyFields() {
    return keyFields;
  }

  /** The counts, then the sums, in the catalog's order: the first measures of the schema. */
  public List<Measure> measures() {
    return measures;
  }

  /** The intervals that decay, and lifetime. */
  public List<Interval> intervals() {
    return intervals;
  }

  /** The ratios of counts and sums. */
  public List<Ratio> ratios() {
    return ratios;
  }

  /** How long a key without events is kept in state and table; empty for ever. */
  public Optional<Duration> retain() {
    return policy.retain();
  }

  /** Which changes need not be written at once; empty where all are. */
  public Optional<Precision> precision() {
    return policy.precision();
  }

  /** Whether an event of that name feeds one of the measures. */
  public boolean counts(String eventName) {
    return feeds.stream().anyMatch(feed -> feed.event().equals(eventName));
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

  /** Every feature of the group: outputs, then formulas, each with every interval that it has. */
  public List<Feature> features() {
    if (features == null) {
      features = GroupFeatures.of(this, new FormulaResolver(List.of(this)));
    }
    return features;
  }

  /** Makes the features of a group whose formulas may name other groups. */
  void resolve(FormulaResolver resolver) {
    features = GroupFeatures.of(this, resolver);
  }

  @Override
  public String toString() {
    return name;
  }
}
