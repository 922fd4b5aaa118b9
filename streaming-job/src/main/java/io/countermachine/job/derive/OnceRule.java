package io.countermachine.job.derive;

/** The first event, and then none for a time, which is counted from the one that was made. */
final class OnceRule implements Rule<History> {
  private static final long MADE = 1;

  private final long withinMillis;
  private final long latenessMillis;

  OnceRule(long withinMillis, long latenessMillis) {
    this.withinMillis = withinMillis;
    this.latenessMillis = latenessMillis;
  }

  @Override
  public History newState() {
    return new History();
  }

  @Override
  public boolean onEvent(History history, VerbInput event, long eventTimeMillis, Emitter out) {
    boolean late = event.timeMillis() < horizon(history);
    history.add(event);
    Happening last = null;
    for (Happening each : history.events()) {
      boolean first = isPast(each) || last == null || each.instant - last.instant > withinMillis;
      last = first ? each : last;
      if (first != (each.made == MADE)) {
        each.made = first ? MADE : Happening.NOTHING;
        out.emit(each, each.instant, Double.NaN, !first);
      }
    }
    letGo(history);
    return late;
  }

  /** Whether it was made and stays so, whatever comes later than it should. */
  private static boolean isPast(Happening each) {
    return each.made == MADE && each.text.length == 0;
  }

  /** No event comes any more that happened before. */
  private long horizon(History history) {
    return history.newest() == Long.MIN_VALUE ? Long.MIN_VALUE : history.newest() - latenessMillis;
  }

  /**
   * Of what is past only the last that was made tells anything. Of what is not, one that was not
   * made never is where the time between two is as long as lateness: it lies behind another, whose
   * place only an earlier one can take.
   */
  private void letGo(History history) {
    long horizon = horizon(history);
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

  @Override
  public long keepMillis() {
    return withinMillis + latenessMillis;
  }
}
