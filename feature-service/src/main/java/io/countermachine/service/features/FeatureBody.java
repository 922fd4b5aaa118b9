package io.countermachine.service.features;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Map;

/** The form of a request, for the API's description; requests are read without it. */
@Schema(name = "FeatureRequest")
record FeatureBody(
    @Schema(description = "a set of the catalog; this or features") String set,
    @Schema(description = "names <group>.<measure>.<interval>; this or set") List<String> features,
    @Schema(description = "field values shared by all candidates, strings or integers")
        Map<String, Object> context,
    @Schema(
            description = "1 to 1000 candidates; their fields are added to the context's, and win",
            requiredMode = Schema.RequiredMode.REQUIRED)
        List<Map<String, Object>> candidates,
    @Schema(description = "the instant of all values, epoch milliseconds; default now") Long asOf,
    @Schema(description = "what else to answer: statuses") List<String> include) {}
