package io.countermachine.service.web;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.FeatureSet;
import io.countermachine.catalog.FeatureSetHash;
import io.countermachine.catalog.Quantity;
import io.countermachine.service.plan.CandidateFields;
import io.countermachine.service.plan.FeaturePlan;
import io.countermachine.service.plan.FeaturePlans;
import io.countermachine.service.plan.FeatureRequest;
import io.countermachine.service.plan.LimitsProperties;
import io.countermachine.service.problem.RequestFault;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Validates requests of any format. */
public final class FeatureRequestRules {
  private final LimitsProperties limits;
  private final CandidateFields fields;
  private final FeaturePlans plans;
  private final Map<String, FeatureSetHash> setHashes = new HashMap<>();

  public FeatureRequestRules(Catalog catalog, LimitsProperties limits) {
    this.limits = limits;
    this.fields = new CandidateFields(catalog);
    this.plans = new FeaturePlans(catalog, fields);
    for (FeatureSet set : catalog.featureSets().values()) {
      setHashes.put(set.name(), FeatureSetHash.of(set, catalog));
    }
  }

  LimitsProperties limits() {
    return limits;
  }

  CandidateFields fields() {
    return fields;
  }

  /** The name of a list's element in faults. */
  static String path(String field, int index) {
    return field + "[" + index + "]";
  }

  /** Limits the number of features. */
  void requireFewFeatures(int size) {
    if (size > limits.features()) {
      throw RequestFault.bad(
          "features", "features lists more than %d".formatted(limits.features()));
    }
  }

  /** Limits the number of contexts or candidates while they are read. */
  void requireFewObjects(String field, int size) {
    if (size > limits.candidates()) {
      throw RequestFault.bad(
          field, "there are more than %d %s".formatted(limits.candidates(), field));
    }
  }

  /**
   * Validates a draft, and turns it into a request.
   *
   * @throws RequestFault naming the wrong field
   */
  FeatureRequest check(FeatureRequestDraft draft) {
    if ((draft.set == null) == (draft.features == null)) {
      String how =
          draft.set == null
              ? "neither set nor features is present"
              : "both set and features are present";
      throw RequestFault.bad(
          draft.set == null ? "set" : "features", how + "; expected one of them");
    }
    if (draft.context != null && draft.contexts != null) {
      throw RequestFault.bad(
          "contexts", "both context and contexts are present; expected at most one of them");
    }
    requireSome("contexts", draft.contexts);
    if (draft.candidates == null) {
      throw RequestFault.bad("candidates", "candidates is missing");
    }
    requireSome("candidates", draft.candidates);
    FeaturePlan plan = draft.set != null ? plans.ofSet(draft.set) : plans.ofNames(draft.features);
    requireSetHash(draft);
    requireFits(plan.size(), draft);
    return new FeatureRequest(
        plan,
        draft.set,
        contexts(draft),
        draft.contexts != null,
        draft.candidates.toArray(String[][]::new),
        draft.ignored,
        draft.asOfMillis,
        draft.includeStatuses,
        draft.includeCopyAge);
  }

  private static void requireSome(String field, List<String[]> objects) {
    if (objects != null && objects.isEmpty()) {
      throw RequestFault.bad(field, field + " is empty");
    }
  }

  private String[][] contexts(FeatureRequestDraft draft) {
    if (draft.contexts != null) {
      return draft.contexts.toArray(String[][]::new);
    }
    return new String[][] {draft.context != null ? draft.context : new String[fields.size()]};
  }

  /** Ensures that a model gets the same features that it was trained on. */
  private void requireSetHash(FeatureRequestDraft draft) {
    if (draft.setHash == null) {
      return;
    }
    if (draft.set == null) {
      throw RequestFault.bad("setHash", "setHash needs set, but the request lists features");
    }
    FeatureSetHash now = setHashes.get(draft.set);
    Optional<FeatureSetHash> pinned = FeatureSetHash.parse(draft.setHash);
    if (pinned.isEmpty()) {
      throw RequestFault.bad(
          "setHash",
          "setHash is not one that GET /v1/sets/%s gives, such as %s".formatted(draft.set, now));
    }
    List<String> differences = now.differences(pinned.get());
    if (!differences.isEmpty()) {
      throw RequestFault.conflict(
          "setHash",
          "the set %s is not the one that setHash %s names; what changed: %s. It is %s now, as GET /v1/sets/%s shows"
              .formatted(draft.set, draft.setHash, String.join(", ", differences), now, draft.set));
    }
  }

  /** Limits the size of the response, because a small request can ask for a large one. */
  private void requireFits(int features, FeatureRequestDraft draft) {
    int candidates = draft.candidates.size();
    int contexts = draft.contexts == null ? 1 : draft.contexts.size();
    long perCandidate = (long) features * contexts;
    if (perCandidate * candidates <= limits.values()) {
      return;
    }
    long fitting = limits.values() / perCandidate;
    String asked = draft.contexts == null ? "" : "%d contexts x ".formatted(contexts);
    String field =
        fitting > 0
            ? "candidates"
            : contexts > 1 ? "contexts" : draft.set != null ? "set" : "features";
    String what =
        fitting > 0
            ? "%s of these features%s"
                .formatted(
                    Quantity.of(fitting, "candidate"),
                    draft.contexts == null ? "" : " in these contexts")
            : "%s of one candidate%s"
                .formatted(
                    Quantity.of(limits.values(), "feature"),
                    draft.contexts == null ? "" : " in one context");
    throw RequestFault.bad(
        field,
        "%s%d candidates x %d features are %d values; an answer has at most %d, which is %s"
            .formatted(
                asked, candidates, features, perCandidate * candidates, limits.values(), what));
  }
}
