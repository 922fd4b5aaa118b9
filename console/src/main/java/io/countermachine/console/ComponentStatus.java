package io.countermachine.console;

/**
 * The state of a component of the machine.
 *
 * @param name broker, job, store or service
 * @param detail a short reason, for people
 */
record ComponentStatus(String name, State state, String detail) {
  enum State {
    UP,
    /** It is up, but its results are late. */
    BEHIND,
    DOWN,
    /** The console cannot tell. */
    UNKNOWN
  }

  static ComponentStatus up(String name, String detail) {
    return new ComponentStatus(name, State.UP, detail);
  }

  static ComponentStatus behind(String name, String detail) {
    return new ComponentStatus(name, State.BEHIND, detail);
  }

  static ComponentStatus down(String name, String detail) {
    return new ComponentStatus(name, State.DOWN, detail);
  }

  static ComponentStatus unknown(String name, String detail) {
    return new ComponentStatus(name, State.UNKNOWN, detail);
  }
}
