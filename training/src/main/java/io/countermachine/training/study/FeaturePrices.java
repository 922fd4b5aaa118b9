package io.countermachine.training.study;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Feature;
import java.util.Optional;

/** The bytes that a feature adds to a key's state and item, as far as a catalog tells. */
final class FeaturePrices {
  /** A formula is computed on request. It adds only the bytes of its response. */
  private static final double ANSWER_BYTES = 8;

  private final Optional<Catalog> catalog;

  FeaturePrices(Optional<Catalog> catalog) {
    this.catalog = catalog;
  }

  /**
   * Bytes, above 0: a measure's state divided by its number of intervals, plus the value itself.
   */
  double bytes(String name) {
    return catalog
        .flatMap(known -> known.feature(name))
        .map(FeaturePrices::bytes)
        .orElse(ANSWER_BYTES);
  }

  private static double bytes(Feature feature) {
    if (!(feature.origin() instanceof Feature.Stored stored)) {
      return ANSWER_BYTES;
    }
    int measure = feature.group().itemSchema().output(stored.output()).measure();
    int intervals = feature.group().schema().measures().get(measure).intervals().size();
    return ANSWER_BYTES
        + (double) feature.group().schema().stateBytes(measure).typical() / Math.max(1, intervals);
  }
}
