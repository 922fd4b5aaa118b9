package io.countermachine.training.replay;

/**
 * The newest of a label's events that was not taken back. They come in the order of their instants;
 * an event and its opposite have the same one.
 */
final class NewestEvent {
  private long beforeMillis = Long.MIN_VALUE;
  private long atMillis = Long.MIN_VALUE;
  private int left;

  /** Adds an event, or the opposite of one. */
  void add(long millis, boolean isOpposite) {
    if (millis != atMillis) {
      beforeMillis = millis(beforeMillis);
      atMillis = millis;
      left = 0;
    }
    left += isOpposite ? -1 : 1;
  }

  /** Whether there is one at or after an instant. */
  boolean isSince(long fromMillis) {
    return millis(beforeMillis) >= fromMillis;
  }

  private long millis(long otherwise) {
    return left > 0 ? atMillis : otherwise;
  }
}
