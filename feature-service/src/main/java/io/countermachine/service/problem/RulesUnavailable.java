package io.countermachine.service.problem;

/** Rules cannot be changed now. The message says why. */
public final class RulesUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RulesUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
