package io.countermachine.service.plan;

import java.util.Map;
import java.util.OptionalLong;

/**
 * A valid request for features. Field values are arrays by the index from {@link CandidateFields};
 * null is absent. There is one result per candidate and context: all candidates in the first
 * context, then all in the second, and so on.
 *
 * @param plan the requested features
 * @param set the set's name; null if features are listed
 * @param contexts for each context, the field values that all candidates share; at least one
 * @param listsContexts whether the request lists its contexts, so that the response includes their
 *     number
 * @param candidates the field values of each candidate; they override a context's
 * @param ignored the first few fields that the catalog does not use, and where each was first seen,
 *     such as {@code candidates[0].title}
 * @param asOfMillis the instant, epoch milliseconds; empty for now
 * @param includeStatuses whether the response includes the status of each value
 * @param includeCopyAge whether the response includes the age of the oldest copy used
 */
@SuppressWarnings("ArrayRecordComponent") // for the hot path; never compared, never modified
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

  /** The number of results. */
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

  /** The name of a context in faults and warnings. */
  String contextName(int context) {
    return listsContexts ? "contexts[" + context + "]" : "context";
  }
}
