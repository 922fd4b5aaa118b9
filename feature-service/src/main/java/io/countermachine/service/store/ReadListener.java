package io.countermachine.service.store;

/** Is told what a read gave; must not block. What it throws is logged. */
@FunctionalInterface
public interface ReadListener {
  /**
   * A key's result.
   *
   * @param index the key's place in the list that was asked for
   */
  void onResult(int index, ReadResult result);
}
