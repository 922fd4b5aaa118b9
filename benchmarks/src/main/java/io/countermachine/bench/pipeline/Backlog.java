package io.countermachine.bench.pipeline;

/**
 * What a job had not read of what was sent to it.
 *
 * @param when after what that was
 * @param events how many
 * @param perSecond how many a second were sent
 */
record Backlog(String when, long events, double perSecond) {
  /** What the sender and the meter are behind by themselves, and a little. */
  static final double MOST_SECONDS = 0.5;

  boolean isAllowed() {
    return events <= perSecond * MOST_SECONDS;
  }

  /** Why a delay that was measured meanwhile is not valid; null where it is. */
  String notValid() {
    return isAllowed()
        ? null
        : "the job was %.1f s behind the load %s, more than %.1f s"
            .formatted(events / perSecond, when, MOST_SECONDS);
  }
}
