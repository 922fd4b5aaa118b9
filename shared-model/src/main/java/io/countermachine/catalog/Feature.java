package io.countermachine.catalog;

import java.util.Optional;

/**
 * One value that a ranker can request.
 *
 * @param name {@code <group>.<measure>.<interval>}, with the interval's canonical label; {@code
 *     <group>.<measure>} if it has no interval
 * @param group the group that it belongs to
 * @param origin where its value comes from
 * @param type the type of its value, which may also be null
 * @param metadata the catalog's texts about it
 */
public record Feature(
    String name, Group group, Origin origin, FeatureType type, Metadata metadata) {
  /** Where a feature's value comes from. */
  public sealed interface Origin permits Stored, Computed {}

  /**
   * An output of the group's items at an interval.
   *
   * @param output index in {@link Group#itemSchema()}
   * @param interval index in the schema's intervals; -1 for an output without intervals: a list, a
   *     first or a last
   */
  public record Stored(int output, int interval) implements Origin {}

  /** The value of a formula. */
  public record Computed(FeatureFormula formula) implements Origin {}

  /** The ratio of counts and sums that the feature is; empty if it is something else. */
  public Optional<Ratio> ratio() {
    return origin instanceof Computed computed
        ? computed.formula().definition().ratio()
        : Optional.empty();
  }

  /** The index of its interval in the schema's intervals; -1 if it has none. */
  public int interval() {
    if (origin instanceof Stored stored) {
      return stored.interval();
    }
    return ((Computed) origin)
        .formula()
        .interval()
        .map(interval -> group.schema().intervalIndex(interval.label()))
        .orElse(-1);
  }

  @Override
  public String toString() {
    return name;
  }
}
