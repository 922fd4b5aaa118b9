package io.countermachine.bench.load;

/** The target of load. */
public interface Target extends AutoCloseable {
  /** Called once per request, on any thread. */
  interface Completion {
    /** The request has ended. The failure is null if the response was right. */
    void ended(String failure);
  }

  /**
   * Sends a request, and returns at once.
   *
   * @param number counts all requests to this target, and determines which one to send
   */
  void send(long number, Completion completion);

  /** The first wrong response among those compared value by value; null if all were right. */
  String wrongAnswer();

  @Override
  void close();
}
