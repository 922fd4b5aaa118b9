package io.countermachine.rules;

/**
 * A record of the rules topic is not a valid rule. The message says what was found and what is
 * expected.
 */
public final class MalformedRuleException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedRuleException(String message) {
    super(message);
  }
}
