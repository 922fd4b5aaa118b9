package io.countermachine.job.derive;

/** Emits the first event, and then none for a time, which is counted from the emitted event. */
final class OnceRule extends ArrivalRule {
  private static final long MADE = 1;

  OnceRule(long withinMillis, long latenessMillis) {
    super(withinMillis, latenessMillis);
  }

  @Override
  void give(History history, Happening added, long horizon, Emitter out) {
    Happening last = null;
    for (Happening each : history.events()) {
      boolean first = isPast(each) || last == null || each.instant - last.instant > withinMillis;
      last = first ? each : last;
      if (first != (each.made == MADE)) {
        each.made = first ? MADE : Happening.NOTHING;
        out.emit(each, each.instant, Double.NaN, !first);
      }
    }
    letGo(history, horizon);
  }

  /** Returns true if it was emitted and will stay valid, whatever late events arrive. */
  private static boolean isPast(Happening each) {
    return each.made == MADE && each.text.length == 0;
  }

  /**
   * Drops events. Of the past ones, only the last emitted event still matters. An event that was
   * not emitted follows an emitted event, and only an earlier event can replace that one. If every
   * event that can still arrive is at most the interval of the verb before it, it stays unemitted.
   */
  private void letGo(History history, long horizon) {
    Happening lastPast = null;
    for (Happening each : history.events()) {
      if (each.instant < horizon && each.made == MADE) {
        lastPast = each;
      }
    }
    Happening kept = lastPast;
    history.removeIf(
        each ->
            each.instant < horizon
                ? each != kept || each.instant + withinMillis < horizon
                : each.made != MADE && !mayBeMade(each, horizon));
    if (kept != null && kept.text.length > 0 && history.events().contains(kept)) {
      history.forgetText(kept);
    }
  }

  private boolean mayBeMade(Happening unmade, long horizon) {
    return horizon == Long.MIN_VALUE || unmade.instant - horizon > withinMillis;
  }
}
