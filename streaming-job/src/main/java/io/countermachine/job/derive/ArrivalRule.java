package io.countermachine.job.derive;

/** A rule that acts when events arrive, and does not wait for event time. */
abstract class ArrivalRule implements VerbRule<History> {
  final long withinMillis;
  final long latenessMillis;

  ArrivalRule(long withinMillis, long latenessMillis) {
    this.withinMillis = withinMillis;
    this.latenessMillis = latenessMillis;
  }

  @Override
  public final History newState() {
    return new History();
  }

  @Override
  public final boolean onEvent(
      History history, VerbInput event, long eventTimeMillis, Emitter out) {
    boolean late = event.timeMillis() < horizon(history);
    Happening added = history.add(event);
    give(history, added, horizon(history), out);
    return late;
  }

  /**
   * The instant before which no more events are expected; {@link Long#MIN_VALUE} if any may arrive.
   */
  private long horizon(History history) {
    return history.newestSettled() == Long.MIN_VALUE
        ? Long.MIN_VALUE
        : history.newestSettled() - latenessMillis;
  }

  /**
   * Emits and retracts what an event changes, and drops the events that can no longer change.
   *
   * @param horizon the instant before which no more events are expected, epoch milliseconds
   */
  abstract void give(History history, Happening added, long horizon, Emitter out);

  @Override
  public final long keepMillis() {
    return withinMillis + latenessMillis;
  }
}
