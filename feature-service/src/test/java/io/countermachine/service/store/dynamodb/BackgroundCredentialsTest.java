package io.countermachine.service.store.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

@Timeout(60)
class BackgroundCredentialsTest {
  /** Responds as often as a test allows, with numbered credentials. */
  private static final class SlowProvider implements AwsCredentialsProvider {
    private final Semaphore answers = new Semaphore(0);
    private final Semaphore asked = new Semaphore(0);
    private volatile boolean fails;
    private volatile boolean error;
    private int number;

    @Override
    public synchronized AwsCredentials resolveCredentials() {
      asked.release();
      answers.acquireUninterruptibly();
      if (error) {
        throw new NoClassDefFoundError("Credentials");
      }
      if (fails) {
        throw new IllegalStateException("no credentials");
      }
      return AwsBasicCredentials.create("id" + ++number, "secret");
    }
  }

  private final SlowProvider provider = new SlowProvider();

  private static void awaitId(BackgroundCredentials credentials, String id) {
    while (!credentials.resolveCredentials().accessKeyId().equals(id)) {
      Thread.onSpinWait();
    }
  }

  @Test
  void call_isNotKeptWaiting_byAProviderThatFetchesNewOnes() {
    try (BackgroundCredentials credentials =
        new BackgroundCredentials(provider, Duration.ofMillis(1))) {
      provider.answers.release();
      provider.asked.acquireUninterruptibly(2);
      // The second response is pending in the background.
      assertThat(credentials.resolveCredentials().accessKeyId()).isEqualTo("id1");
      provider.answers.release();
      awaitId(credentials, "id2");
      provider.answers.release(1_000);
    }
  }

  @Test
  void credentials_outliveAFailure() {
    try (BackgroundCredentials credentials =
        new BackgroundCredentials(provider, Duration.ofMillis(1))) {
      provider.answers.release();
      provider.asked.acquireUninterruptibly(2);
      provider.fails = true;
      provider.answers.release();
      provider.asked.acquireUninterruptibly();
      assertThat(credentials.resolveCredentials().accessKeyId()).isEqualTo("id1");
      provider.fails = false;
      provider.answers.release();
      awaitId(credentials, "id2");
      provider.answers.release(1_000);
    }
  }

  @Test
  void credentials_areLookedForAgain_afterAnError() {
    provider.error = true;
    try (BackgroundCredentials credentials =
        new BackgroundCredentials(provider, Duration.ofMillis(1))) {
      provider.answers.release();
      provider.asked.acquireUninterruptibly(2);
      provider.error = false;
      provider.answers.release(1_000);
      awaitId(credentials, "id2");
    }
  }

  @Test
  void call_fails_whereThereHaveNeverBeenCredentials() {
    provider.fails = true;
    provider.answers.release(1_000_000);
    try (BackgroundCredentials credentials =
        new BackgroundCredentials(provider, Duration.ofHours(1))) {
      assertThatThrownBy(credentials::resolveCredentials).hasMessage("no credentials");
    }
  }
}
