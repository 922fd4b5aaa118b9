package io.countermachine.job.derive;

import java.util.List;

/** Emits each event that no other event followed in time, at its own instant. */
final class WithoutRule implements Rule<History> {
  private static final long MADE = 1;

  private final long withinMillis;
  private final long latenessMillis;

  WithoutRule(long withinMillis, long latenessMillis) {
    this.withinMillis = withinMillis;
    this.latenessMillis = latenessMillis;
  }

  @Override
  public History newState() {
    return new History();
  }

  @Override
  public boolean onEvent(History history, VerbInput event, long eventTimeMillis, Emitter out) {
    Happening added = history.add(event);
    for (Happening each : List.copyOf(history.events())) {
      if (isFollowed(each, added) || (each == added && isFollowed(each, history))) {
        if (each.made == MADE) {
          out.emit(each, each.instant, Double.NaN, true);
        }
        history.settle(each);
      }
    }
    onInstant(history, eventTimeMillis, out);
    return eventTimeMillis != Long.MIN_VALUE
        && event.timeMillis() < eventTimeMillis - latenessMillis;
  }

  private boolean isFollowed(Happening of, History history) {
    for (Happening other : history.events()) {
      if (isFollowed(of, other)) {
        return true;
      }
    }
    return false;
  }

  private boolean isFollowed(Happening of, Happening other) {
    long after = other.instant - of.instant;
    return of.isOf() && other.isOther() && other != of && after >= 0 && after <= withinMillis;
  }

  @Override
  public void onInstant(History history, long eventTimeMillis, Emitter out) {
    if (eventTimeMillis == Long.MIN_VALUE) {
      return;
    }
    for (Happening each : history.events()) {
      if (each.isOf() && each.made != MADE && each.instant + withinMillis <= eventTimeMillis) {
        each.made = MADE;
        out.emit(each, each.instant, Double.NaN, false);
      }
    }
    history.removeIf(each -> lastNeeded(each) < eventTimeMillis);
  }

  /** The last event time at which another event may still need it. */
  private long lastNeeded(Happening each) {
    return each.instant + latenessMillis + (each.isOf() ? withinMillis : 0);
  }

  @Override
  public long nextInstant(History history) {
    long next = KeyState.NEVER;
    for (Happening each : history.events()) {
      boolean open = each.isOf() && each.made != MADE;
      next = Math.min(next, open ? each.instant + withinMillis : lastNeeded(each) + 1);
    }
    return next;
  }
}
