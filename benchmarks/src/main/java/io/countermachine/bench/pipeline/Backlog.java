package io.countermachine.bench.pipeline;

/**
 * The events that were sent, but that a job had not read yet.
 *
 * @param when describes the moment
 * @param events the number of events
 * @param perSecond the number of events sent per second
 */
record Backlog(String when, long events, double perSecond) {
  /** The delay of the sender and the meter themselves, with a small margin. */
  static final double MOST_SECONDS = 0.5;

  boolean isAllowed() {
    return events <= perSecond * MOST_SECONDS;
  }

  /** Why a delay that was measured at the same time is not valid; null if it is. */
  String notValid() {
    return isAllowed()
        ? null
        : "the job was %.1f s behind the load %s, more than %.1f s"
            .formatted(events / perSecond, when, MOST_SECONDS);
  }
}
