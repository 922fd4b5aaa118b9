package io.countermachine.service.store.dynamodb;

import io.countermachine.service.store.ReadFailureLog;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * Credentials that are there at once: another provider is asked in the background, again and again.
 * The SDK asks its providers in the thread of the call, before any time limit holds, and one that
 * fetches new credentials makes every request wait for it meanwhile.
 */
public final class BackgroundCredentials implements AwsCredentialsProvider, AutoCloseable {
  private final AwsCredentialsProvider provider;
  private final ReadFailureLog failures = new ReadFailureLog();
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(1, BackgroundCredentials::thread);
  private volatile AwsCredentials newest;

  /**
   * Begins to ask.
   *
   * @param provider is closed with this one
   * @param period the pause between two questions
   */
  public BackgroundCredentials(AwsCredentialsProvider provider, Duration period) {
    this.provider = provider;
    ScheduledFuture<?> unused =
        timer.scheduleWithFixedDelay(this::refresh, 0, period.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "credentials");
    thread.setDaemon(true);
    return thread;
  }

  private void refresh() {
    try {
      newest = provider.resolveCredentials();
    } catch (RuntimeException | Error e) {
      // Those of before are good for a while yet, as they are renewed early. What is thrown on
      // would
      // end the looks for good.
      failures.warn("a look for AWS credentials", e);
    }
  }

  /** The newest credentials; waits only where there have never been any. */
  @Override
  public AwsCredentials resolveCredentials() {
    AwsCredentials known = newest;
    return known != null ? known : provider.resolveCredentials();
  }

  @Override
  public void close() {
    timer.shutdownNow();
    if (provider instanceof SdkAutoCloseable closeable) {
      closeable.close();
    }
  }
}
