package io.countermachine.service.web;

import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Map;

/** The form of a request, for the API's description; requests are read without it. */
@Schema(
    name = "FeatureRequest",
    description = "a set or features, never both; any other field is refused")
record FeatureRequestBody(
    @Schema(description = "a set of the catalog; this or features", example = "home_feed")
        String set,
    @Schema(
            description =
                "what GET /v1/sets/{set} calls hash; with it the request is refused where the set has changed since",
            example = "8d12f0c4-0b7b9e35-51c0ffee")
        String setHash,
    @ArraySchema(
            arraySchema =
                @Schema(
                    description =
                        "names <group>.<measure>.<interval>; this or set; up to as many as counter-machine.limits.features"),
            minItems = 1,
            schema = @Schema(example = "post.ctr.1h"))
        List<String> features,
    @Schema(
            description =
                "field values shared by all candidates: strings, integers, or null for none")
        Map<String, Object> context,
    @ArraySchema(
            arraySchema =
                @Schema(
                    description =
                        "several contexts, in place of context: there is a result for each candidate in each of them, all of"
                            + " the first context before all of the second"),
            minItems = 1)
        List<Map<String, Object>> contexts,
    @ArraySchema(
            arraySchema =
                @Schema(
                    description =
                        "the candidates, up to as many as counter-machine.limits.candidates (1000); their fields are"
                            + " added to the context's, and win",
                    requiredMode = Schema.RequiredMode.REQUIRED),
            minItems = 1)
        List<Map<String, Object>> candidates,
    @Schema(
            description = "the instant of all values, epoch milliseconds; default now",
            minimum = "0",
            maximum = "253402300799999",
            example = "1707605600000")
        Long asOf,
    @ArraySchema(
            arraySchema = @Schema(description = "what else to answer"),
            minItems = 1,
            schema = @Schema(allowableValues = {"statuses", "copyAge"}))
        List<String> include) {}
