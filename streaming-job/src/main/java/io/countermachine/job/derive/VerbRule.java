package io.countermachine.job.derive;

/**
 * How one verb processes the events of one key, without Flink. All rules obey one law: as long as
 * no event is later than {@code lateness}, the emitted events minus the retracted ones are what all
 * events in order give, in any order of arrival.
 *
 * @param <S> the state of one key
 */
interface VerbRule<S extends KeyState> {
  /** Creates an empty state. */
  S newState();

  /**
   * Processes an event of the key.
   *
   * @param eventTimeMillis the instant up to which all events have arrived as far as is known,
   *     epoch milliseconds; {@link Long#MIN_VALUE} if nothing is known yet
   * @return true if the event may be later than {@code lateness}, so that the state that it needs
   *     may have been dropped
   */
  boolean onEvent(S state, VerbInput event, long eventTimeMillis, Emitter out);

  /** Processes what is due when all events up to an instant have arrived, and drops old data. */
  default void onInstant(S state, long eventTimeMillis, Emitter out) {}

  /**
   * The next event time at which {@link #onInstant} must be called; {@link KeyState#NEVER} if there
   * is none.
   */
  default long nextInstant(S state) {
    return KeyState.NEVER;
  }

  /**
   * How long after an event's arrival, by the clock in milliseconds, the key's state is dropped; 0
   * for rules that drop it by event time.
   */
  default long keepMillis() {
    return 0;
  }
}
