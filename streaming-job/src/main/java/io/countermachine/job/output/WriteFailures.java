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
 * Sorts what can go wrong with a write: what passes with time (an outage, throttling, a fault of
 * the store), which is waited out, and what does not (no rights, no table, a refused item), which
 * ends the job with the reason. The sink's own sorting is the other way round in both.
 */
final class WriteFailures {
  private static final int SERVER_ERROR = 500;

  private final String table;

  WriteFailures(String table) {
    this.table = table;
  }

  /** Whether the store said that it has not taken the write and will not. */
  static boolean isRefusal(Throwable failure) {
    return failure instanceof AwsServiceException answer && answer.statusCode() < SERVER_ERROR;
  }

  /** Whether the same write may succeed later. */
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

  /** The failure as one that the sink repeats or ends the job for. */
  Exception forSink(Throwable failure) {
    if (!mayPass(failure)) {
      return SdkClientException.create(
          "writes to table %s cannot succeed and are not retried: %s"
              .formatted(table, failure.getMessage()),
          failure);
    }
    // Without a cause, as any SdkClientException among the causes ends the job, and with an error
    // code, without which the sink fails on reading it.
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
                // Of use is only the trace of what failed.
                .writableStackTrace(false)
                .build();
    passing.addSuppressed(failure);
    return passing;
  }
}
