package io.countermachine.service.plan;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Feature;
import io.countermachine.catalog.FeatureNames;
import io.countermachine.service.problem.RequestFault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Plans by set, which are created once, and by list of names, which are cached. */
public final class FeaturePlans {
  /** The approximate number of names in all cached lists together. */
  private static final long MOST_NAMES = 100_000;

  private final Catalog catalog;
  private final CandidateFields candidateFields;
  private final Map<String, FeaturePlan> bySet = new HashMap<>();
  private final Cache<List<String>, FeaturePlan> byNames =
      Caffeine.newBuilder()
          .maximumWeight(MOST_NAMES)
          .weigher((List<String> names, FeaturePlan plan) -> names.size())
          .executor(Runnable::run)
          .build();

  public FeaturePlans(Catalog catalog, CandidateFields candidateFields) {
    this.catalog = catalog;
    this.candidateFields = candidateFields;
    catalog
        .sets()
        .forEach(
            (name, features) ->
                bySet.put(
                    name,
                    new FeaturePlan(
                        features,
                        candidateFields,
                        catalog.hash(),
                        catalog.featureSets().get(name).version())));
  }

  /**
   * The plan of a set.
   *
   * @throws RequestFault if the catalog has no such set
   */
  public FeaturePlan ofSet(String set) {
    FeaturePlan plan = bySet.get(set);
    if (plan == null) {
      throw RequestFault.bad(
          "set",
          catalog.sets().isEmpty()
              ? "unknown set \"%s\"; the catalog has none, so name features".formatted(set)
              : "unknown set \"%s\"; known: %s".formatted(set, catalog.sets().keySet()));
    }
    return plan;
  }

  /**
   * The plan of listed features.
   *
   * @throws RequestFault if the catalog does not have one of them
   */
  public FeaturePlan ofNames(List<String> names) {
    return byNames.get(List.copyOf(names), this::resolve);
  }

  private FeaturePlan resolve(List<String> names) {
    List<Feature> features = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      String field = "features[" + i + "]";
      features.add(
          catalog
              .feature(name)
              .orElseThrow(
                  () ->
                      RequestFault.bad(
                          field,
                          "unknown feature \"%s\"; %s"
                              .formatted(name, FeatureNames.whatIsUnknown(name, catalog)))));
    }
    return new FeaturePlan(features, candidateFields, catalog.hash(), Optional.empty());
  }
}
