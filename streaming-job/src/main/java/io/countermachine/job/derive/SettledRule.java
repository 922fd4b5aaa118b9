package io.countermachine.job.derive;

/**
 * Holds events until no late one can come before them, and only then gives them, in the order in
 * which they happened, to a rule that allows for none. So what that makes is never taken back. An
 * event that comes later than lateness is passed over.
 */
final class SettledRule implements Rule<SettledState> {
  private final Rule<History> inOrder;
  private final long latenessMillis;

  /**
   * Creates the rule.
   *
   * @param inOrder a rule of lateness 0
   */
  SettledRule(Rule<History> inOrder, long latenessMillis) {
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

  /** Up to when all events have come that are not too late; {@link SettledState#NOTHING}. */
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

  /** Rules ask an input for neither its key nor its verb. */
  private static VerbInput input(Happening held) {
    return new VerbInput("", 0, held.role, held.instant, held.candidate, held.text);
  }

  /** When a rule that waits for no event time needs nothing any more of what it was given. */
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
