package io.countermachine.service.problem;

/** No rule can be changed now; the message says why. */
public final class RulesUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RulesUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
