package io.countermachine.service.web;

import io.countermachine.service.evaluate.Status;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/** The structure of a response, for the API description only. Responses are written without it. */
@Schema(
    name = "FeatureAnswer",
    requiredProperties = {"metadata", "results"})
record FeatureResponse(
    Metadata metadata,
    @ArraySchema(
            arraySchema =
                @Schema(
                    description =
                        "one per candidate, in their order; with contexts, one per candidate and context"))
        List<Result> results) {
  @Schema(requiredProperties = {"asOf", "features", "partial", "catalog"})
  record Metadata(
      @Schema(
              description = "the one instant of all values, epoch milliseconds",
              example = "1707605600000")
          long asOf,
      @Schema(description = "the features, in the order of each result's values")
          List<String> features,
      @Schema(
              description =
                  "whether values are missing (ERROR) because the store failed for their keys and there is no copy")
          boolean partial,
      @Schema(
              description =
                  "the age of the oldest cached copy that was used, in milliseconds; present if copyAge is included",
              minimum = "0",
              example = "312")
          Long oldestCopyAgeMillis,
      @Schema(
              description = "the catalog's hash, as in GET /v1/catalog",
              example = "8d12f0c46a7b9e35")
          String catalog,
      @Schema(
              description = "the number of contexts; present if the request lists contexts",
              minimum = "1",
              example = "2")
          Integer contexts,
      @ArraySchema(
              arraySchema =
                  @Schema(
                      description =
                          "fields that are probably mistyped: no group of the call uses them, and a group "
                              + "got no key; absent if there are none"))
          List<String> warnings) {}

  @Schema(requiredProperties = "values")
  record Result(
      @ArraySchema(
              arraySchema =
                  @Schema(
                      description =
                          "one value per feature: a number; for a histogram, an object of numbers by "
                              + "label, heaviest first and `other` last; for a list, an array of entries, newest "
                              + "first, each an object with the fields of its event and the event's instant `at` "
                              + "in epoch milliseconds; a text; or null if there is none"))
          List<Object> values,
      @Schema(description = "one status per feature, if requested") List<Status> statuses) {}
}
