package io.countermachine.service.features;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/** The form of an answer, for the API's description; answers are written without it. */
@Schema(name = "FeatureAnswer")
record FeatureAnswer(Metadata metadata, List<Result> results) {
  record Metadata(
      @Schema(
              description = "the one instant of all values, epoch milliseconds",
              example = "1707605600000")
          long asOf,
      @Schema(description = "the features, in the order of each result's values")
          List<String> features,
      @Schema(description = "whether the store failed for some keys") boolean partial) {}

  record Result(
      @Schema(description = "one value per feature; null where there is none") List<Double> values,
      @Schema(description = "one status per feature, where asked for") List<Status> statuses) {}
}
