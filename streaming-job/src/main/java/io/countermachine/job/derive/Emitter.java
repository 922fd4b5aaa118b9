package io.countermachine.job.derive;

/** Takes what a verb makes. */
interface Emitter {
  /**
   * Takes an event that is made of another one.
   *
   * @param of the other
   * @param instant when the made one happened, epoch milliseconds
   * @param value of the made one; NaN for that of the other
   * @param takenBack whether it is the opposite of one that was given before
   */
  void emit(Happening of, long instant, double value, boolean takenBack);

  /** Takes a session that is over, or its opposite. */
  void emit(Session session, boolean takenBack);

  /** Takes what a topic gets to know of a session, which says what it takes the place of. */
  void write(Session session);
}
