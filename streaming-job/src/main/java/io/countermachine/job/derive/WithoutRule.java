package io.countermachine.job.derive;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Emits each event that no other event followed in time, at its own instant. */
final class WithoutRule implements VerbRule<History> {
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
    if (added.isOther()) {
      removeRedundant(history);
    }
    onInstant(history, eventTimeMillis, out);
    return eventTimeMillis != Long.MIN_VALUE
        && event.timeMillis() < eventTimeMillis - latenessMillis;
  }

  /**
   * Of others that are close to each other, keeps the ends: an event that another one between them
   * followed in time was also followed in time by the first or the last.
   */
  private void removeRedundant(History history) {
    List<Happening> others =
        history.events().stream().filter(each -> each.role == Happening.OTHER).toList();
    Set<Happening> redundant = new HashSet<>();
    Happening kept = others.isEmpty() ? null : others.get(0);
    for (int i = 1; i < others.size() - 1; i++) {
      if (others.get(i + 1).instant - kept.instant <= withinMillis) {
        redundant.add(others.get(i));
      } else {
        kept = others.get(i);
      }
    }
    history.removeIf(redundant::contains);
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
