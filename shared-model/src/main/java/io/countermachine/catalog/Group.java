package io.countermachine.catalog;

import io.countermachine.measure.Interval;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.Output;
import io.countermachine.measure.Schema;
import java.time.Duration;
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
  private final ItemSchema itemSchema;
  private final GroupPolicy policy;
  private final List<Feed> feeds;
  private final Map<String, GroupFormula> formulas = new LinkedHashMap<>();
  private final Map<String, Metadata> metadata;
  private List<Feature> features;

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
    this.itemSchema = itemSchema;
    this.feeds = List.copyOf(feeds);
    this.metadata = Map.copyOf(metadata);
    this.policy = policy;
    formulas.forEach(formula -> this.formulas.put(formula.name(), formula));
  }

  /** What the job keeps under one key. */
  public Schema schema() {
    return itemSchema.schema();
  }

  /** What the items hold, and so what features can be of. */
  public ItemSchema itemSchema() {
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
  public List<Interval> outputIntervals(int output) {
    List<Interval> all = schema().intervals();
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
    return schema().name();
  }

  /** The event fields whose values, joined, are the key, in order. */
  public List<String> keyFields() {
    return schema().keyFields();
  }

  /** The ratios of counts and sums. */
  public List<Ratio> ratios() {
    return formulas.values().stream().flatMap(formula -> formula.ratio().stream()).toList();
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
    return name();
  }
}
