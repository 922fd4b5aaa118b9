package io.countermachine.local.faults;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** What the proxy does to a call. */
public sealed interface StoreFault {
  /** Passes the call on and its answer back. */
  record None() implements StoreFault {}

  /** Refuses the call with ProvisionedThroughputExceededException; the store never sees it. */
  record Throttled() implements StoreFault {}

  /** Answers 500 InternalServerError; the store never sees the call. */
  record ServerError() implements StoreFault {}

  /**
   * Leaves keys of a BatchGetItem or items of a BatchWriteItem unprocessed; other calls pass.
   *
   * @param share the part of a table's entries that is left, over 0 and up to 1; rounded down, so
   *     that a client that asks again comes to an end with any share below 1
   */
  record Unprocessed(double share) implements StoreFault {
    /** Checks the share. */
    public Unprocessed {
      if (!(share > 0 && share <= 1)) {
        throw new IllegalArgumentException("share is " + share + "; expected over 0 up to 1");
      }
    }
  }

  /**
   * Passes the call on at once and its answer back later: a client that gave up meanwhile was still
   * heard by the store.
   */
  record LateAnswer(Duration delay) implements StoreFault {}

  /**
   * Holds the call back before the store sees it, which it then does even if the client has gone: a
   * write that comes after later ones.
   */
  record LateCall(Duration delay) implements StoreFault {}

  /**
   * Holds the call back, as {@link LateCall} does, until the gate is completed: a write of a client
   * that may have died meanwhile.
   */
  record Held(CompletableFuture<Void> gate) implements StoreFault {}

  /** Never answers, and never passes the call on. */
  record Silence() implements StoreFault {}

  /** Resets the connection; the store never sees the call. */
  record Reset() implements StoreFault {}

  static StoreFault none() {
    return new None();
  }

  static StoreFault throttled() {
    return new Throttled();
  }

  static StoreFault serverError() {
    return new ServerError();
  }

  static StoreFault silence() {
    return new Silence();
  }

  static StoreFault reset() {
    return new Reset();
  }

  static StoreFault unprocessed(double share) {
    return new Unprocessed(share);
  }

  static StoreFault lateAnswer(Duration delay) {
    return new LateAnswer(delay);
  }

  static StoreFault held(CompletableFuture<Void> gate) {
    return new Held(gate);
  }

  static StoreFault lateCall(Duration delay) {
    return new LateCall(delay);
  }

  /** The fault's kind, as counts name it. */
  default String kind() {
    return getClass().getSimpleName();
  }
}
