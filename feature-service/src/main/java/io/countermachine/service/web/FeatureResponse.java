package io.countermachine.service.web;

import io.countermachine.service.evaluate.Status;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/** The form of an answer, for the API's description; answers are written without it. */
@Schema(
    name = "FeatureAnswer",
    requiredProperties = {"metadata", "results"})
record FeatureResponse(
    Metadata metadata,
    @ArraySchema(
            arraySchema =
                @Schema(description = "one per candidate, in their order; with contexts, as often"))
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
                  "whether values are missing, as the store failed for their keys and there is no copy: they are ERROR")
          boolean partial,
      @Schema(
              description =
                  "how long ago the store was asked for the oldest copy used, in milliseconds; where copyAge is included",
              minimum = "0",
              example = "312")
          Long oldestCopyAgeMillis,
      @Schema(
              description = "stands for the catalog's text; the same in GET /v1/catalog",
              example = "8d12f0c46a7b9e35")
          String catalog,
      @Schema(
              description = "how many contexts there are; where the request lists contexts",
              minimum = "1",
              example = "2")
          Integer contexts,
      @ArraySchema(
              arraySchema =
                  @Schema(
                      description =
                          "fields that were probably mistyped: no group of the call uses them, and a group got no key;"
                              + " absent where there are none"))
          List<String> warnings) {}

  @Schema(requiredProperties = "values")
  record Result(
      @ArraySchema(
              arraySchema =
                  @Schema(
                      description =
                          "one value per feature: a number, of a histogram an object of numbers by label, the heaviest"
                              + " first and `other` last, of a list an array of entries, the newest first, each an object of"
                              + " the fields that the event had and `at`, its instant in epoch milliseconds, a text, or null"
                              + " where there is none"))
          List<Object> values,
      @Schema(description = "one status per feature, where asked for") List<Status> statuses) {}
}
