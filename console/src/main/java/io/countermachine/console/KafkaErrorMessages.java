package io.countermachine.console;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Turns errors of Kafka's clients into messages that reveal neither hosts nor settings. */
final class KafkaErrorMessages {
  private KafkaErrorMessages() {}

  /** Why a request failed. */
  static String of(Throwable thrown) {
    Throwable cause = unwrapped(thrown);
    if (cause instanceof UnknownTopicOrPartitionException) {
      return "the topic does not exist";
    }
    if (cause instanceof AuthenticationException || cause instanceof AuthorizationException) {
      return "the broker refuses the console";
    }
    return cause instanceof RecordTooLargeException
        ? "the event is larger than the broker accepts"
        : "the broker does not answer";
  }

  /**
   * What is known about an event that was sent but not acknowledged. Only a final rejection means
   * that the topic does not have it.
   */
  static String ofSending(Throwable thrown) {
    Throwable cause = unwrapped(thrown);
    boolean refused = cause instanceof ApiException && !(cause instanceof RetriableException);
    if (!refused) {
      return "the broker did not confirm the event in time; whether the topic has it is not known";
    }
    String why = of(cause);
    return "the broker did not accept the event"
        + (why.equals("the broker does not answer") ? "" : ": " + why);
  }

  /** Unwraps exceptions of futures and timeouts. */
  private static Throwable unwrapped(Throwable thrown) {
    boolean wrapper =
        thrown instanceof ExecutionException
            || thrown instanceof CompletionException
            || thrown instanceof TimeoutException;
    return wrapper && thrown.getCause() != null ? unwrapped(thrown.getCause()) : thrown;
  }
}
