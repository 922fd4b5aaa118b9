package io.countermachine.service.problem;

/** More requests than the service can work on; mapped to 429. */
public final class Overloaded extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Has no stack trace, because that would cost most when the load is highest. */
  public Overloaded(String detail) {
    super(detail, null, false, false);
  }
}
