package io.countermachine.catalog;

import java.util.List;
import java.util.Optional;

/**
 * A named list of features.
 *
 * @param features distinct ones, in the catalog's order
 * @param metadata description and owner
 * @param version the set's version in the catalog
 */
public record FeatureSet(
    String name, List<Feature> features, Metadata metadata, Optional<String> version) {
  public FeatureSet {
    features = List.copyOf(features);
  }
}
