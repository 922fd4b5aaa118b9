package io.countermachine.service.features;

import io.countermachine.catalog.Feature;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A valid request for features.
 *
 * @param features what is asked for, in order
 * @param context field values shared by all candidates
 * @param candidates field values of each candidate; they win over the context's
 * @param asOfMillis the instant, epoch milliseconds; empty for now
 * @param includeStatuses whether each value's status is asked for
 */
record FeatureRequest(
    List<Feature> features,
    Map<String, String> context,
    List<Map<String, String>> candidates,
    OptionalLong asOfMillis,
    boolean includeStatuses) {}
