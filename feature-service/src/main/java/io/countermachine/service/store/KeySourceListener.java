package io.countermachine.service.store;

/** Is told where the keys of a request came from. */
@FunctionalInterface
public interface KeySourceListener {
  /**
   * Counts a request's keys.
   *
   * @param cached from copies
   * @param read from the store
   * @param shared from another request's read
   */
  void count(int cached, int read, int shared);

  /** Counts keys that are read again in the background, which no request waits for. */
  default void refreshed(int keys) {}
}
