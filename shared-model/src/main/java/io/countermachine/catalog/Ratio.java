package io.countermachine.catalog;

/**
 * A ratio of two measures, computed when it is read: {@code (of + weight * prior) / (per +
 * weight)}.
 *
 * @param name the ratio's name, unique among its group's measures
 * @param of index of the numerator, a count or sum, in the outputs of {@link Group#itemSchema()}
 * @param per index of the denominator in the same
 * @param prior the value of the ratio without evidence; 0 if not smoothed
 * @param weight how many units of the denominator the prior counts for; 0 if not smoothed
 */
public record Ratio(String name, int of, int per, double prior, double weight) {
  /** Returns true if the ratio has a prior, and so a value even without evidence. */
  public boolean isSmoothed() {
    return weight > 0;
  }
}
