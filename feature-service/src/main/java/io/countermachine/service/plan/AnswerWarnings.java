package io.countermachine.service.plan;

import java.util.ArrayList;
import java.util.List;

/** Warnings about requests that were probably meant differently. */
public final class AnswerWarnings {
  private AnswerWarnings() {}

  /** The warnings of a response; usually none. */
  public static List<String> of(FeatureValues features) {
    List<String> warnings = new ArrayList<>(KeyWarnings.of(features.keys()));
    AsOf.warning(features.evaluation().asOfMillis()).ifPresent(warning -> warnings.add(0, warning));
    return warnings;
  }
}
