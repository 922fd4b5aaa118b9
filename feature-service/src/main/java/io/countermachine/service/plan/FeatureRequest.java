package io.countermachine.service.plan;

import java.util.Map;
import java.util.OptionalLong;

/**
 * A valid request for features. Field values are arrays by the index that {@link CandidateFields}
 * gives; null is absent. There is a result for each candidate in each context: all candidates in
 * the first one, then all in the second.
 *
 * @param plan what is asked for
 * @param set the set's name; null where features are listed
 * @param contexts field values shared by all candidates, of each context; one at least
 * @param listsContexts whether the request lists its contexts, and so asks for their number
 * @param candidates field values of each candidate; they win over a context's
 * @param ignored fields that make no key of the catalog, and where each was first seen, such as
 *     {@code candidates[0].title}; the first few of them
 * @param asOfMillis the instant, epoch milliseconds; empty for now
 * @param includeStatuses whether each value's status is asked for
 * @param includeCopyAge whether the age of the oldest copy used is asked for
 */
@SuppressWarnings("ArrayRecordComponent") // for the hot path; never compared, never changed
public record FeatureRequest(
    FeaturePlan plan,
    String set,
    String[][] contexts,
    boolean listsContexts,
    String[][] candidates,
    Map<String, String> ignored,
    OptionalLong asOfMillis,
    boolean includeStatuses,
    boolean includeCopyAge) {

  /** Number of results. */
  public int results() {
    return contexts.length * candidates.length;
  }

  /** The context of a result. */
  public String[] context(int result) {
    return contexts[result / candidates.length];
  }

  /** The candidate of a result. */
  public String[] candidate(int result) {
    return candidates[result % candidates.length];
  }

  /** What a fault or a warning calls a context. */
  String contextName(int context) {
    return listsContexts ? "contexts[" + context + "]" : "context";
  }
}
