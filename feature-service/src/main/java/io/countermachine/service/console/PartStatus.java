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
    /** It is up, but what it does comes late. */
    BEHIND,
    DOWN,
    /** Nobody told the console where the part is. */
    UNKNOWN
  }

  static PartStatus up(String name, String detail) {
    return new PartStatus(name, State.UP, detail);
  }

  static PartStatus behind(String name, String detail) {
    return new PartStatus(name, State.BEHIND, detail);
  }

  static PartStatus down(String name, String detail) {
    return new PartStatus(name, State.DOWN, detail);
  }

  static PartStatus unknown(String name, String property) {
    return new PartStatus(name, State.UNKNOWN, property + " is not set");
  }
}
