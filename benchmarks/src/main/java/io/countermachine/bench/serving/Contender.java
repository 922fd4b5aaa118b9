package io.countermachine.bench.serving;

/** The compared services. */
enum Contender {
  FLOOR("bare SDK, the floor", 1),
  OFF("ours, cache off", 1),
  HITS80("ours, 80 % hits", 0.2),
  HITS99("ours, 99 % hits", 0.01),
  HOUR99("ours, 99 % hits, copies of an hour", 0.01),
  REDIS("ready values in Redis", 1),
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

  /** The share of keys that should not be in a cache; 1 if there is no cache. */
  double missShare() {
    return missShare;
  }

  /**
   * A rate with a p99 above this, in milliseconds, does not count as sustained. The limit of the
   * obvious service is higher, because it needs more time even for a single request.
   */
  double boundMillis() {
    return this == OBVIOUS ? 1_000 : 200;
  }
}
