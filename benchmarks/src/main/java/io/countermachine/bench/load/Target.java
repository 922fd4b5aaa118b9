package io.countermachine.bench.load;

/** What load is put on. */
public interface Target extends AutoCloseable {
  /** Told once per request, on any thread. */
  interface Completion {
    /** The request has ended; the failure is null where its answer was right. */
    void ended(String failure);
  }

  /**
   * Sends a request and returns at once.
   *
   * @param number counts all requests to this target; it says which one to send
   */
  void send(long number, Completion completion);

  /** The first wrong answer among those compared value by value; null where all were right. */
  String wrongAnswer();

  @Override
  void close();
}
