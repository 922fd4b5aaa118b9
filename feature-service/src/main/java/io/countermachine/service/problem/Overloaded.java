package io.countermachine.service.problem;

/** More is asked at once than is worked on; answered with 429. */
public final class Overloaded extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Without a stack trace, which would cost the most just when there is the most to do. */
  public Overloaded(String detail) {
    super(detail, null, false, false);
  }
}
