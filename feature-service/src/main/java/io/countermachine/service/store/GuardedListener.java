package io.countermachine.service.store;

/**
 * Logs what a listener throws, so that the listener still gets the results of the other keys. Never
 * throws.
 */
public final class GuardedListener implements ReadListener {
  private final ReadListener listener;
  private final ReadFailureLog failures;

  public GuardedListener(ReadListener listener, ReadFailureLog failures) {
    this.listener = listener;
    this.failures = failures;
  }

  @Override
  public void onResult(int index, ReadResult result) {
    try {
      listener.onResult(index, result);
    } catch (RuntimeException | Error fault) {
      failures.warn("a listener of reads", fault);
    }
  }
}
