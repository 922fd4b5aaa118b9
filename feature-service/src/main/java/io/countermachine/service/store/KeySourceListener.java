package io.countermachine.service.store;

/** Learns where the keys of a request came from. */
@FunctionalInterface
public interface KeySourceListener {
  /**
   * Counts a request's keys.
   *
   * @param cached keys from the cache
   * @param read keys read from the store
   * @param shared keys that another request's read delivered
   */
  void count(int cached, int read, int shared);

  /** Counts keys that are read again in the background. No request waits for them. */
  default void refreshed(int keys) {}
}
