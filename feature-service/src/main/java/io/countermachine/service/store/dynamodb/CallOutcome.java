package io.countermachine.service.store.dynamodb;

import io.countermachine.service.store.ReadResult;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;

/** How a call to the store ended. */
enum CallOutcome {
  OK("ok", 0),
  /** The store left some keys unprocessed. */
  UNPROCESSED("unprocessed", 1),
  THROTTLED("throttled", 2),
  TIMEOUT("timeout", 3),
  ERROR("error", 4);

  private final String label;
  private final int index;

  CallOutcome(String label, int index) {
    this.label = label;
    this.index = index;
  }

  String label() {
    return label;
  }

  int index() {
    return index;
  }

  /** The outcome of a call, by its results or its failure. One of the two is null. */
  static CallOutcome of(ReadResult[] results, Throwable failure) {
    if (failure == null) {
      for (ReadResult result : results) {
        if (result == null) {
          return UNPROCESSED;
        }
      }
      return OK;
    }
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof ApiCallTimeoutException
        || cause instanceof ApiCallAttemptTimeoutException) {
      return TIMEOUT;
    }
    return cause instanceof AwsServiceException service && service.isThrottlingException()
        ? THROTTLED
        : ERROR;
  }
}
