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
 * One aggregation key and its measures; one stored item per group and key. A group consists of a
 * schema, which defines what is stored, and of a policy, formulas and metadata, which may change at
 * any restart.
 *
 * <p>Measures and intervals are addressed by index in hot paths, and by name in all stored data, so
 * that a changed catalog can read data of an older one.
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
   * @param feeds what each event contributes to each measure
   * @param formulas with names that are unique among formulas and outputs
   * @param metadata the catalog's texts about outputs, by their names
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

  /** The data that the job keeps per key. */
  public Schema schema() {
    return itemSchema.schema();
  }

  /** The contents of the items, and so the possible values of features. */
  public ItemSchema itemSchema() {
    return itemSchema;
  }

  /** What each event contributes to each measure of the schema, in the order of measures. */
  public List<Feed> feeds() {
    return feeds;
  }

  /** What an event of that name contributes. */
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

  /** Returns true if an output or a formula has that name. */
  public boolean hasMeasure(String measureName) {
    return formulas.containsKey(measureName) || itemSchema().outputIndex(measureName) >= 0;
  }

  /** The names of outputs, followed by those of formulas. */
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

  /** The catalog's texts about an output or a formula. */
  public Metadata metadata(String measureName) {
    return formula(measureName)
        .map(GroupFormula::metadata)
        .orElseGet(() -> metadata.getOrDefault(measureName, Metadata.NONE));
  }

  /**
   * The intervals given to all measures that a measure cannot have and so leaves out, each in a
   * sentence.
   */
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

  /** Which changes need not be written at once; empty if all must be. */
  public Optional<Precision> precision() {
    return policy.precision();
  }

  /** Returns true if an event of that name feeds one of the measures. */
  public boolean counts(String eventName) {
    return feeds.stream().anyMatch(feed -> feed.event().equals(eventName));
  }

  /** Every feature of the group: outputs, then formulas, each at all of its intervals. */
  public List<Feature> features() {
    if (features == null) {
      features = GroupFeatures.of(this, new FormulaResolver(List.of(this)));
    }
    return features;
  }

  /** Creates the features of a group whose formulas may name other groups. */
  void resolve(FormulaResolver resolver) {
    features = GroupFeatures.of(this, resolver);
  }

  @Override
  public String toString() {
    return name();
  }
}
