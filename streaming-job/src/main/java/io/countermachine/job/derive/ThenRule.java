package io.countermachine.job.derive;

/**
 * Pairs each event with the first other event that follows it in time, at the other event's
 * instant.
 */
final class ThenRule extends ArrivalRule {
  ThenRule(long withinMillis, long latenessMillis) {
    super(withinMillis, latenessMillis);
  }

  @Override
  void give(History history, Happening added, long horizon, Emitter out) {
    for (Happening each : history.events()) {
      if (each == added) {
        pairWithFirst(each, history, out);
      } else if (added.isOther()) {
        pair(each, added, out);
      }
    }
    history.removeIf(each -> each.instant < horizon && !mayChange(each, horizon));
  }

  private void pairWithFirst(Happening of, History history, Emitter out) {
    for (Happening other : history.events()) {
      if (other != of && other.isOther()) {
        pair(of, other, out);
      }
    }
  }

  /** Pairs the two events, unless they do not match or the first one has an earlier partner. */
  private void pair(Happening of, Happening other, Emitter out) {
    long after = other.instant - of.instant;
    if (!of.isOf() || after < 0 || after > withinMillis) {
      return;
    }
    if (of.made != Happening.NOTHING) {
      long before = of.made - 1;
      if (before <= after) {
        return;
      }
      out.emit(of, of.instant + before, (double) before, true);
    }
    of.made = 1 + after;
    out.emit(of, other.instant, (double) after, false);
  }

  /** Returns true if an event at or after the horizon may still create or change its pair. */
  private boolean mayChange(Happening each, long horizon) {
    long last = each.made == Happening.NOTHING ? withinMillis : each.made - 2;
    return each.isOf() && each.instant + last >= horizon;
  }
}
