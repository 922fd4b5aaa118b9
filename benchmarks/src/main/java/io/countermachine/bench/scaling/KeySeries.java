package io.countermachine.bench.scaling;

/**
 * How the axis of keys is gone along. More keys are also more writes, the more so the more evenly
 * they are drawn: at few keys many events of one key share a write within the flush interval.
 */
enum KeySeries {
  /** As the events of {@code bench pipeline} are drawn. */
  ZIPF("Zipf 1.1, flush 1s", 1.1, "1s"),
  /** The worst that keys can do: none is more frequent than another. */
  UNIFORM("uniform, flush 1s", 0, "1s"),
  /** Nearly every event is written whatever the number of keys, so that only the state differs. */
  ALL_WRITTEN("uniform, flush 10ms", 0, "10ms");

  private final String title;
  private final double skew;
  private final String flushInterval;

  KeySeries(String title, double skew, String flushInterval) {
    this.title = title;
    this.skew = skew;
    this.flushInterval = flushInterval;
  }

  String title() {
    return title;
  }

  /** Zipf's exponent. */
  double skew() {
    return skew;
  }

  String flushInterval() {
    return flushInterval;
  }
}
