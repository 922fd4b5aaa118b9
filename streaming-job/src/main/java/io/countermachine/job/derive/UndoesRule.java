package io.countermachine.job.derive;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** Retracts the newest event that was not retracted yet, one for each event that undoes. */
final class UndoesRule extends ArrivalRule {
  private static final long UNDONE = 1;

  UndoesRule(long withinMillis, long latenessMillis) {
    super(withinMillis, latenessMillis);
  }

  @Override
  void give(History history, Happening added, long horizon, Emitter out) {
    Deque<Happening> standing = new ArrayDeque<>();
    Set<Happening> undone = Collections.newSetFromMap(new IdentityHashMap<>());
    Set<Happening> standingAtHorizon = null;
    for (Happening each : history.events()) {
      if (standingAtHorizon == null && each.instant >= horizon) {
        standingAtHorizon = identitySet(standing);
      }
      if (each.isOf()) {
        standing.push(each);
      } else if (!standing.isEmpty() && each.instant - standing.peek().instant <= withinMillis) {
        undone.add(standing.pop());
      }
    }
    giveWhatChanged(history, undone, out);
    Set<Happening> kept = standingAtHorizon == null ? new HashSet<>() : standingAtHorizon;
    history.removeIf(
        each ->
            each.instant < horizon
                && !(kept.contains(each) && each.instant + withinMillis >= horizon));
  }

  private static Set<Happening> identitySet(Deque<Happening> all) {
    Set<Happening> set = Collections.newSetFromMap(new IdentityHashMap<>());
    set.addAll(all);
    return set;
  }

  private static void giveWhatChanged(History history, Set<Happening> undone, Emitter out) {
    List<Happening> all = new ArrayList<>(history.events());
    for (Happening each : all) {
      boolean isUndone = undone.contains(each);
      if (isUndone != (each.made == UNDONE)) {
        each.made = isUndone ? UNDONE : Happening.NOTHING;
        out.emit(each, each.instant, Double.NaN, isUndone);
      }
    }
  }
}
