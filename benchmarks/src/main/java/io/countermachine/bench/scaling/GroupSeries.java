package io.countermachine.bench.scaling;

/**
 * How the axis of groups is gone along. As fast as it goes, more groups are fewer events per second
 * and so fewer that share a write within the flush interval. At a rate of events that does not
 * change, each group that is added has as much to write as the first.
 */
enum GroupSeries {
  FULL_LOAD("as fast as it goes"),
  STEADY("same events/s");

  private final String title;

  GroupSeries(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }
}
