package io.countermachine.job.derive;

/** The first event, and then none for a time, which is counted from the one that was made. */
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

  /** Whether it was made and stays so, whatever comes later than it should. */
  private static boolean isPast(Happening each) {
    return each.made == MADE && each.text.length == 0;
  }

  /**
   * Of what is past only the last that was made tells anything. Of what is not, one that was not
   * made never is where the time between two is as long as lateness: it lies behind another, whose
   * place only an earlier one can take.
   */
  private void letGo(History history, long horizon) {
    boolean unmadeStay = withinMillis < latenessMillis;
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
                : each.made != MADE && !unmadeStay);
    if (kept != null && kept.text.length > 0 && history.events().contains(kept)) {
      history.forgetText(kept);
    }
  }
}
