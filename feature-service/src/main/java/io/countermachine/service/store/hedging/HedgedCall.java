package io.countermachine.service.store.hedging;

import io.countermachine.service.store.ReadResult;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A call and its hedge, which together give one result: the first one without unprocessed keys.
 * Otherwise, it is the better result once both have ended or, because one of them may hang, a while
 * after the first. It fails only if both fail.
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
   * @param later schedules a task for when a result with unprocessed keys has waited long enough
   *     for a better one
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

  /** Starts the hedge. Returns false if the call is already over. */
  synchronized boolean begins() {
    if (inFlight > 0) {
      inFlight++;
    }
    return inFlight > 0;
  }

  /** Records how the call or the hedge ended. One of the two arguments is null. */
  void ended(ReadResult[] results, Throwable problem) {
    ReadResult[] best;
    Throwable reason;
    boolean last;
    // Complete the result outside of the lock, because completion runs the code that waits for it.
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
