package io.countermachine.job.derive;

/** Receives the output of a verb. */
interface Emitter {
  /**
   * Emits an event that is derived from another one.
   *
   * @param of the other event
   * @param instant when the derived event happened, epoch milliseconds
   * @param value of the derived event; NaN for that of the other event
   * @param takenBack true for a retraction of an event that was emitted before
   */
  void emit(Happening of, long instant, double value, boolean takenBack);

  /** Emits a session that is over, or its retraction. */
  void emit(Session session, boolean takenBack);

  /** Writes a session to its topic, with the sessions that it replaces. */
  void write(Session session);
}
