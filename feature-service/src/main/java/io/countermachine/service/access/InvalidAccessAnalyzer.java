package io.countermachine.service.access;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Explains in words why the service did not start, instead of a stack trace. */
final class InvalidAccessAnalyzer extends AbstractFailureAnalyzer<InvalidAccess> {
  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, InvalidAccess invalid) {
    return new FailureAnalysis(
        "The settings of API keys are not valid:\n\n  " + String.join("\n  ", invalid.faults()),
        "Correct them; `./counter-machine key NAME` makes a key and prints its settings.",
        invalid);
  }
}
