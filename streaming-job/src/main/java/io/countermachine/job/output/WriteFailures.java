package io.countermachine.job.output;

import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.apache.flink.util.ExceptionUtils;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/**
 * Classifies failed writes. Temporary failures (an outage, throttling, a server error) are retried.
 * Permanent ones (missing permission, no table, a refused item) end the job with the reason. The
 * sink's own classification is the opposite in both cases.
 */
final class WriteFailures {
  private static final int SERVER_ERROR = 500;

  private final String table;

  WriteFailures(String table) {
    this.table = table;
  }

  /** Returns true if DynamoDB said that it has not accepted the write and will not. */
  static boolean isRefusal(Throwable failure) {
    return failure instanceof AwsServiceException answer && answer.statusCode() < SERVER_ERROR;
  }

  /** Returns true if the same write may succeed later. */
  static boolean mayPass(Throwable failure) {
    if (failure instanceof AwsServiceException answer) {
      return answer.statusCode() >= SERVER_ERROR
          || answer.isThrottlingException()
          || answer.isClockSkewException();
    }
    return has(failure, IOException.class)
        || has(failure, TimeoutException.class)
        || has(failure, ApiCallAttemptTimeoutException.class)
        || has(failure, ApiCallTimeoutException.class);
  }

  private static boolean has(Throwable failure, Class<? extends Throwable> kind) {
    return ExceptionUtils.findThrowable(failure, kind).isPresent();
  }

  /** Converts the failure to one for which the sink retries or ends the job, as decided here. */
  Exception forSink(Throwable failure) {
    if (!mayPass(failure)) {
      return SdkClientException.create(
          "writes to table %s cannot succeed and are not retried: %s"
              .formatted(table, failure.getMessage()),
          failure);
    }
    // Without a cause, because the sink ends the job for any SdkClientException among the causes.
    // With an error code, because the sink fails when it reads a missing one.
    DynamoDbException passing =
        (DynamoDbException)
            DynamoDbException.builder()
                .message("retrying a write to table %s: %s".formatted(table, failure.getMessage()))
                .awsErrorDetails(
                    AwsErrorDetails.builder()
                        .serviceName("DynamoDb")
                        .errorCode("Repeated")
                        .errorMessage(failure.getMessage())
                        .build())
                // Only the stack trace of the original failure is useful.
                .writableStackTrace(false)
                .build();
    passing.addSuppressed(failure);
    return passing;
  }
}
