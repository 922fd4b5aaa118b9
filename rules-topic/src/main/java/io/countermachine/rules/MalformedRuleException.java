package io.countermachine.rules;

/** A record of the rules topic that is no rule; the message says what was found and expected. */
public final class MalformedRuleException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedRuleException(String message) {
    super(message);
  }
}
