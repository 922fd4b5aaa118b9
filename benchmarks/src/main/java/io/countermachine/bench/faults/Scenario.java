package io.countermachine.bench.faults;

/** What happens while the load goes on. */
enum Scenario {
  /** For comparison: what this machine does by itself. */
  NONE("nothing"),
  REFUSED("one store call in ten refused"),
  PAUSE("the store paused for 300 ms"),
  /** For comparison: another process takes the processors, and nobody asks it. */
  NEIGHBOR("an instance starts that gets no request"),
  RESTART("rolling restart of two instances");

  private final String title;

  Scenario(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }
}
