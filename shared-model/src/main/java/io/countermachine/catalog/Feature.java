package io.countermachine.catalog;

import java.util.Optional;

/**
 * One value that a ranker can ask for.
 *
 * @param name {@code <group>.<measure>.<interval>}, with the interval's canonical label; {@code
 *     <group>.<measure>} where it has no interval
 * @param group the group that it belongs to
 * @param origin where its value comes from
 * @param type what its value is, besides null
 * @param metadata what the catalog says about it
 */
public record Feature(
    String name, Group group, Origin origin, FeatureType type, Metadata metadata) {
  /** Where a feature's value comes from. */
  public sealed interface Origin permits Stored, Computed {}

  /**
   * An output of the group's items at an interval.
   *
   * @param output index in {@link Group#itemSchema()}
   * @param interval index in the schema's intervals
   */
  public record Stored(int output, int interval) implements Origin {}

  /** The value of a formula. */
  public record Computed(FeatureFormula formula) implements Origin {}

  /** What plain counters can tell of where a value comes from. */
  public sealed interface Source permits StoredMeasure, DerivedRatio, OtherSource {}

  /** A count or sum, by its index in {@link Group#measures()}. */
  public record StoredMeasure(int measure) implements Source {}

  /** A ratio of two measures of the group. */
  public record DerivedRatio(Ratio ratio) implements Source {}

  /** Something that plain counters do not have. */
  public record OtherSource() implements Source {}

  /** The value as a count, sum or ratio at an interval of {@link #interval()}. */
  public Source source() {
    if (interval() >= 0) {
      if (origin instanceof Stored stored) {
        int measure = group.itemSchema().output(stored.output()).measure();
        return measure < group.measures().size() ? new StoredMeasure(measure) : new OtherSource();
      }
      Optional<Ratio> ratio = ((Computed) origin).formula().definition().ratio();
      if (ratio.isPresent()) {
        return new DerivedRatio(ratio.get());
      }
    }
    return new OtherSource();
  }

  /** Index in {@link Group#intervals()}, or -1. */
  public int interval() {
    if (origin instanceof Stored stored) {
      return group.intervalIndex(group.schema().intervals().get(stored.interval()).label());
    }
    return ((Computed) origin)
        .formula()
        .interval()
        .map(interval -> group.intervalIndex(interval.label()))
        .orElse(-1);
  }

  @Override
  public String toString() {
    return name;
  }
}
