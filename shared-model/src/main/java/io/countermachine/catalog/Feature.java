package io.countermachine.catalog;

/**
 * One number a ranker can ask for.
 *
 * @param name {@code <group>.<measure>.<interval>}, with the interval's canonical label
 * @param group the group that holds it
 * @param source the stored measure or the ratio that gives its value
 * @param interval index in {@link Group#intervals()}
 */
public record Feature(String name, Group group, Source source, int interval) {
  /** Where a feature's value comes from. */
  public sealed interface Source permits StoredMeasure, DerivedRatio {}

  /** A count or sum, by its index in {@link Group#measures()}. */
  public record StoredMeasure(int measure) implements Source {}

  /** A ratio of two measures of the group. */
  public record DerivedRatio(Ratio ratio) implements Source {}

  @Override
  public String toString() {
    return name;
  }
}
