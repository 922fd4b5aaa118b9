package io.countermachine.job.derive;

/**
 * Holds events until no earlier one can arrive, and only then passes them, in the order in which
 * they happened, to a rule with a lateness of 0. So nothing is ever retracted. An event later than
 * lateness is skipped.
 */
final class SettledRule implements VerbRule<SettledState> {
  private final VerbRule<History> inOrder;
  private final long latenessMillis;

  /**
   * Creates the rule.
   *
   * @param inOrder a rule with a lateness of 0
   */
  SettledRule(VerbRule<History> inOrder, long latenessMillis) {
    this.inOrder = inOrder;
    this.latenessMillis = latenessMillis;
  }

  @Override
  public SettledState newState() {
    return new SettledState();
  }

  @Override
  public boolean onEvent(SettledState state, VerbInput event, long eventTimeMillis, Emitter out) {
    boolean isLate = event.timeMillis() <= Math.max(state.settledMillis, settled(eventTimeMillis));
    if (!isLate) {
      state.held.add(event);
    }
    onInstant(state, eventTimeMillis, out);
    return isLate;
  }

  /**
   * The instant up to which all events that are not too late have arrived; {@link
   * SettledState#NOTHING} if there is none.
   */
  private long settled(long eventTimeMillis) {
    return eventTimeMillis <= latenessMillis
        ? SettledState.NOTHING
        : eventTimeMillis - latenessMillis - 1;
  }

  @Override
  public void onInstant(SettledState state, long eventTimeMillis, Emitter out) {
    state.settledMillis = Math.max(state.settledMillis, settled(eventTimeMillis));
    if (state.settledMillis == SettledState.NOTHING) {
      return;
    }
    for (Happening next : state.held.events()) {
      if (next.instant > state.settledMillis) {
        break;
      }
      inOrder.onEvent(state.settled, input(next), next.instant - 1, out);
    }
    state.held.removeIf(each -> each.instant <= state.settledMillis);
    inOrder.onInstant(state.settled, state.settledMillis, out);
    if (inOrder.keepMillis() > 0 && goneAt(state) <= state.settledMillis) {
      state.settled = inOrder.newState();
    }
  }

  /** Rules read neither the key nor the verb of an input. */
  private static VerbInput input(Happening held) {
    return new VerbInput("", 0, held.role, held.instant, held.candidate, held.text);
  }

  /** When a rule that does not wait for event time no longer needs the events passed to it. */
  private long goneAt(SettledState state) {
    return state.settled.isEmpty() ? KeyState.NEVER : state.settled.newest() + inOrder.keepMillis();
  }

  @Override
  public long nextInstant(SettledState state) {
    long next = inOrder.keepMillis() > 0 ? goneAt(state) : inOrder.nextInstant(state.settled);
    if (!state.held.isEmpty()) {
      next = Math.min(next, state.held.events().get(0).instant);
    }
    return next == KeyState.NEVER ? next : next + latenessMillis + 1;
  }
}
