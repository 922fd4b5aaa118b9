package io.countermachine.service.web;

import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Map;

/** The structure of a request, for the API description only. Requests are parsed without it. */
@Schema(
    name = "FeatureRequest",
    description = "either set or features, not both; unknown fields are refused")
record FeatureRequestBody(
    @Schema(description = "a set of the catalog, instead of features", example = "home_feed")
        String set,
    @Schema(
            description =
                "the hash that GET /v1/sets/{set} returned; the request is refused if the set has changed since",
            example = "8d12f0c4-0b7b9e35-51c0ffee")
        String setHash,
    @ArraySchema(
            arraySchema =
                @Schema(
                    description =
                        "names <group>.<measure>.<interval>, instead of set; at most counter-machine.limits.features"),
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
                        "several contexts instead of context; there is one result per candidate and "
                            + "context, all results of the first context first"),
            minItems = 1)
        List<Map<String, Object>> contexts,
    @ArraySchema(
            arraySchema =
                @Schema(
                    description =
                        "at most counter-machine.limits.candidates (1000); a candidate's fields are "
                            + "added to the context's and override them",
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
            arraySchema = @Schema(description = "what else to return"),
            minItems = 1,
            schema = @Schema(allowableValues = {"statuses", "copyAge"}))
        List<String> include) {}
