package io.countermachine.service.plan;

import java.util.ArrayList;
import java.util.List;

/** What an answer says of requests that were probably meant otherwise. */
public final class AnswerWarnings {
  private AnswerWarnings() {}

  /** The warnings of an answer, mostly none. */
  public static List<String> of(FeatureValues features) {
    List<String> warnings = new ArrayList<>(KeyWarnings.of(features.keys()));
    AsOf.warning(features.evaluation().asOfMillis()).ifPresent(warning -> warnings.add(0, warning));
    return warnings;
  }
}
