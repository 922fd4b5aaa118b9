package io.countermachine.service.plan;

import java.util.Map;
import java.util.OptionalLong;

/**
 * A valid request for features. Field values are arrays by the index that {@link CandidateFields}
 * gives; null is absent.
 *
 * @param plan what is asked for
 * @param set the set's name; null where features are listed
 * @param context field values shared by all candidates
 * @param candidates field values of each candidate; they win over the context's
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
    String[] context,
    String[][] candidates,
    Map<String, String> ignored,
    OptionalLong asOfMillis,
    boolean includeStatuses,
    boolean includeCopyAge) {}
