package io.countermachine.job.derive;

/**
 * What one verb does with the events of one key, without Flink. Rules obey one law: whatever the
 * order in which events come, while none is later than {@code lateness}, what was given less what
 * was taken back is what all events in their order make.
 *
 * @param <S> what it keeps of a key
 */
interface Rule<S extends KeyState> {
  /** Keeps nothing yet. */
  S newState();

  /**
   * Takes an event of the key.
   *
   * @param eventTimeMillis up to when all has come, as far as is known; {@link Long#MIN_VALUE}
   *     before anything is
   * @return whether it may be later than {@code lateness}, so that what it belongs to may be gone
   */
  boolean onEvent(S state, VerbInput event, long eventTimeMillis, Emitter out);

  /** Does what is due when all events up to an instant have come, and lets go what is past. */
  default void onInstant(S state, long eventTimeMillis, Emitter out) {}

  /** The event time at which {@link #onInstant} has something to do; {@link KeyState#NEVER}. */
  default long nextInstant(S state) {
    return KeyState.NEVER;
  }

  /**
   * How long after an event's arrival, by the clock in milliseconds, the key's state is let go; 0
   * for rules that do so by event time.
   */
  default long keepMillis() {
    return 0;
  }
}
