package io.countermachine.service.console;

/**
 * Whether a part of the machine is up.
 *
 * @param name broker, job, store or service
 * @param detail a short reason, for people
 */
record PartStatus(String name, State state, String detail) {
  enum State {
    UP,
    DOWN,
    /** Nobody told the console where the part is. */
    UNKNOWN
  }

  static PartStatus up(String name, String detail) {
    return new PartStatus(name, State.UP, detail);
  }

  static PartStatus down(String name, String detail) {
    return new PartStatus(name, State.DOWN, detail);
  }

  static PartStatus unknown(String name, String property) {
    return new PartStatus(name, State.UNKNOWN, property + " is not set");
  }

  /** The first line of what went wrong, without the classes that it went through. */
  static String reason(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return message == null || message.isBlank()
        ? cause.getClass().getSimpleName()
        : message.lines().findFirst().orElseThrow();
  }
}
