package io.countermachine.local.faults;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * What the proxy does to a call.
 *
 * @param share for {@link Kind#UNPROCESSED}: the share of a table's entries that is left
 *     unprocessed, above 0 and up to 1; rounded down, so that with any share below 1 a client that
 *     retries eventually succeeds
 * @param delay the delay of late calls and responses
 * @param gate for {@link Kind#HELD}: the call continues when this completes
 */
public record StoreFault(Kind kind, double share, Duration delay, CompletableFuture<Void> gate) {
  /** The kinds of faults. */
  public enum Kind {
    /** Passes the call and its response on. */
    NONE("None"),
    /** Refuses with ProvisionedThroughputExceededException. The store never sees the call. */
    THROTTLED("Throttled"),
    /** Responds with 500 InternalServerError. The store never sees the call. */
    SERVER_ERROR("ServerError"),
    /** Leaves keys of a BatchGetItem or items of a BatchWriteItem unprocessed. Other calls pass. */
    UNPROCESSED("Unprocessed"),
    /** Passes the call on at once, but its response only after the client may have given up. */
    LATE_ANSWER("LateAnswer"),
    /**
     * Passes the call on late, even if the client has gone, so that a write arrives after later
     * ones.
     */
    LATE_CALL("LateCall"),
    /** Passes the call on when a gate opens: a write of a client that may have died since. */
    HELD("Held"),
    /** Never responds, and never passes the call on. */
    SILENCE("Silence"),
    /** Resets the connection. The store never sees the call. */
    RESET("Reset");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    /** The kind's name in statistics. */
    String label() {
      return label;
    }
  }

  private static final StoreFault NONE = of(Kind.NONE);

  private static StoreFault of(Kind kind) {
    return new StoreFault(kind, 0, Duration.ZERO, null);
  }

  public static StoreFault none() {
    return NONE;
  }

  public static StoreFault throttled() {
    return of(Kind.THROTTLED);
  }

  public static StoreFault serverError() {
    return of(Kind.SERVER_ERROR);
  }

  public static StoreFault silence() {
    return of(Kind.SILENCE);
  }

  public static StoreFault reset() {
    return of(Kind.RESET);
  }

  /** Leaves a share of a batch unprocessed. */
  public static StoreFault unprocessed(double share) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("share is " + share + "; expected over 0 up to 1");
    }
    return new StoreFault(Kind.UNPROCESSED, share, Duration.ZERO, null);
  }

  public static StoreFault lateAnswer(Duration delay) {
    return new StoreFault(Kind.LATE_ANSWER, 0, delay, null);
  }

  public static StoreFault lateCall(Duration delay) {
    return new StoreFault(Kind.LATE_CALL, 0, delay, null);
  }

  public static StoreFault held(CompletableFuture<Void> gate) {
    return new StoreFault(Kind.HELD, 0, Duration.ZERO, gate);
  }
}
