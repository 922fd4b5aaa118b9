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
 * Credentials that are always available at once, because another provider is polled in the
 * background. The SDK resolves credentials in the thread of the call, before any time limit
 * applies, so a provider that fetches new ones would delay every request.
 */
public final class BackgroundCredentials implements AwsCredentialsProvider, AutoCloseable {
  private final AwsCredentialsProvider provider;
  private final ReadFailureLog failures = new ReadFailureLog();
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(1, BackgroundCredentials::thread);
  private volatile AwsCredentials newest;

  /**
   * Starts to poll.
   *
   * @param provider is closed together with this object
   * @param period the pause between two polls
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
      // The previous credentials stay valid for a while, because the provider renews them early. An
      // exception that leaves this method would stop the periodic task for good.
      failures.warn("fetching AWS credentials", e);
    }
  }

  /** The newest credentials. Waits only if there have never been any. */
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
