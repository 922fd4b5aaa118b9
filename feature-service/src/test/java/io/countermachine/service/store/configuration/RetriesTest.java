package io.countermachine.service.store.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.retries.LegacyRetryStrategy;
import software.amazon.awssdk.retries.api.AcquireInitialTokenRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenResponse;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.retries.api.RetryToken;
import software.amazon.awssdk.retries.api.TokenAcquisitionFailedException;
import software.amazon.awssdk.services.dynamodb.model.InternalServerErrorException;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;

/** How long the SDK pauses before it repeats a call, on its own default strategy. */
class RetriesTest {
  /** The pauses are random. */
  private static final int DRAWS = 200;

  private static SdkException throttled() {
    return ProvisionedThroughputExceededException.builder()
        .statusCode(400)
        .awsErrorDetails(
            AwsErrorDetails.builder().errorCode("ProvisionedThroughputExceededException").build())
        .build();
  }

  private static SdkException failed() {
    return InternalServerErrorException.builder().statusCode(500).build();
  }

  private static RetryStrategy strategy(int maxAttempts) {
    LegacyRetryStrategy.Builder builder = AwsRetryStrategy.legacyRetryStrategy().toBuilder();
    StoreConfiguration.retry(builder, maxAttempts);
    return builder.build();
  }

  private static RefreshRetryTokenResponse repeat(
      RetryStrategy strategy, RetryToken token, SdkException failure) {
    return strategy.refreshRetryToken(
        RefreshRetryTokenRequest.builder().token(token).failure(failure).build());
  }

  private static RetryToken begin(RetryStrategy strategy) {
    return strategy.acquireInitialToken(AcquireInitialTokenRequest.create("test")).token();
  }

  @Test
  void throttledCall_isRepeatedWithinARequestsDeadline() {
    RetryStrategy strategy = strategy(2);
    for (int i = 0; i < DRAWS; i++) {
      assertThat(repeat(strategy, begin(strategy), throttled()).delay())
          .isLessThanOrEqualTo(Duration.ofMillis(25));
    }
  }

  @Test
  void call_isNotRepeated_beyondItsAttempts() {
    RetryStrategy strategy = strategy(2);
    RetryToken second = repeat(strategy, begin(strategy), failed()).token();

    assertThatThrownBy(() -> repeat(strategy, second, failed()))
        .isInstanceOf(TokenAcquisitionFailedException.class);
  }
}
