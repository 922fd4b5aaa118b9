package io.countermachine.bench.scaling;

/**
 * How the axis of keys is gone along. At a uniform draw more keys are more writes: at few keys many
 * events of one key share a write within the flush interval, at many keys hardly any do.
 */
enum KeySeries {
  USUAL("1s"),
  /** Nearly every event is written whatever the number of keys, so that only the state differs. */
  ALL_WRITTEN("10ms");

  private final String flushInterval;

  KeySeries(String flushInterval) {
    this.flushInterval = flushInterval;
  }

  String flushInterval() {
    return flushInterval;
  }

  String title() {
    return "flush " + flushInterval;
  }
}
