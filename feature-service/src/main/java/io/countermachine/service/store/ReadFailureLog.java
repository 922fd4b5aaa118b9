package io.countermachine.service.store;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs failed reads at most once per second, because a store that is down fails thousands of them.
 */
public final class ReadFailureLog {
  private static final Logger LOG = LoggerFactory.getLogger(ReadFailureLog.class);
  private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();

  private final AtomicLong next = new AtomicLong(System.nanoTime());
  private final AtomicLong untold = new AtomicLong();

  /**
   * Logs a failure.
   *
   * @param what what failed, as the subject of a sentence
   */
  public void warn(String what, Throwable failure) {
    long now = System.nanoTime();
    long due = next.get();
    if (now - due >= 0 && next.compareAndSet(due, now + SECOND_NANOS)) {
      LOG.warn(
          "{} failed, after {} failures that were not logged: {}",
          what,
          untold.getAndSet(0),
          firstLine(failure));
    } else {
      untold.incrementAndGet();
    }
  }

  /** The SDK's messages continue with pages of advice, so only the first line is logged. */
  private static String firstLine(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause.toString().lines().findFirst().orElse("");
  }
}
