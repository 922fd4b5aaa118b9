package io.countermachine.service.store;

/** Receives the results of reads. Must not block. Exceptions that it throws are logged. */
@FunctionalInterface
public interface ReadListener {
  /**
   * Receives a key's result.
   *
   * @param index the key's index in the requested list
   */
  void onResult(int index, ReadResult result);
}
