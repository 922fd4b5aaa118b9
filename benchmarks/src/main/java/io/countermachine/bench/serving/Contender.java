package io.countermachine.bench.serving;

/** What is measured side by side. */
enum Contender {
  FLOOR("bare SDK, the floor", 1),
  OFF("ours, cache off", 1),
  HITS80("ours, 80 % hits", 0.2),
  HITS99("ours, 99 % hits", 0.01),
  HOUR99("ours, 99 % hits, copies of an hour", 0.01),
  OBVIOUS("the obvious service", 1);

  private final String title;
  private final double missShare;

  Contender(String title, double missShare) {
    this.title = title;
    this.missShare = missShare;
  }

  String title() {
    return title;
  }

  boolean isOurs() {
    return this == OFF || missShare < 1;
  }

  /** The part of keys that a cache should not have; 1 without one. */
  double missShare() {
    return missShare;
  }

  /**
   * The p99 in milliseconds above which a rate does not count as sustained. The obvious service is
   * given more time, as it needs it even for a single request.
   */
  double boundMillis() {
    return this == OBVIOUS ? 1_000 : 200;
  }
}
