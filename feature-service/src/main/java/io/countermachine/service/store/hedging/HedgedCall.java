package io.countermachine.service.store.hedging;

import io.countermachine.service.store.ReadResult;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A call and its hedge, which make one answer: the first one without unprocessed keys. Short of
 * that, what is there once both have ended, or, as one of them may hang, a while after the first;
 * and a failure only where both failed.
 */
final class HedgedCall {
  private final CompletableFuture<ReadResult[]> answer = new CompletableFuture<>();
  private final Consumer<Runnable> later;
  private int inFlight = 1;
  private ReadResult[] known;
  private Throwable failure;

  /**
   * Creates a call that has begun.
   *
   * @param later runs a task once an answer with unprocessed keys has waited long enough for a
   *     better one
   */
  HedgedCall(Consumer<Runnable> later) {
    this.later = later;
  }

  CompletableFuture<ReadResult[]> answer() {
    return answer;
  }

  synchronized boolean isOver() {
    return inFlight == 0;
  }

  /** Begins the hedge, unless the call is over. */
  synchronized boolean begins() {
    if (inFlight > 0) {
      inFlight++;
    }
    return inFlight > 0;
  }

  /** Takes in how the call or the hedge ended; one of the two arguments is null. */
  void ended(ReadResult[] results, Throwable problem) {
    ReadResult[] best;
    Throwable reason;
    boolean last;
    // The answer is completed outside, as whoever waits for it runs then.
    synchronized (this) {
      inFlight--;
      last = inFlight == 0;
      if (problem == null) {
        known = known == null ? results : union(known, results);
      } else {
        failure = problem;
      }
      best = known;
      reason = failure;
    }
    if (best == null) {
      if (last) {
        answer.completeExceptionally(reason);
      }
    } else if (last || isComplete(best)) {
      answer.complete(best);
    } else {
      later.accept(() -> answer.complete(best));
    }
  }

  private static boolean isComplete(ReadResult[] results) {
    for (ReadResult result : results) {
      if (result == null) {
        return false;
      }
    }
    return true;
  }

  private static ReadResult[] union(ReadResult[] one, ReadResult[] other) {
    ReadResult[] union = one.clone();
    for (int i = 0; i < union.length; i++) {
      if (union[i] == null) {
        union[i] = other[i];
      }
    }
    return union;
  }
}
