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

/** What Kafka's clients report, in words that show nothing of hosts or settings. */
final class KafkaErrorMessages {
  private KafkaErrorMessages() {}

  /** Why a question was not answered. */
  static String of(Throwable thrown) {
    Throwable cause = unwrapped(thrown);
    if (cause instanceof UnknownTopicOrPartitionException) {
      return "the topic is not there";
    }
    if (cause instanceof AuthenticationException || cause instanceof AuthorizationException) {
      return "the broker refuses the console";
    }
    return cause instanceof RecordTooLargeException
        ? "the event is larger than the broker takes"
        : "the broker does not answer";
  }

  /**
   * What is known of an event that was handed to the broker and not acknowledged: only a refusal
   * that is final says that the topic does not have it.
   */
  static String ofSending(Throwable thrown) {
    Throwable cause = unwrapped(thrown);
    boolean refused = cause instanceof ApiException && !(cause instanceof RetriableException);
    if (!refused) {
      return "the broker did not confirm the event in time; whether the topic has it is not known";
    }
    String why = of(cause);
    return "the broker did not take the event"
        + (why.equals("the broker does not answer") ? "" : ": " + why);
  }

  /** Out of what futures and time-outs wrap it in. */
  private static Throwable unwrapped(Throwable thrown) {
    boolean wrapper =
        thrown instanceof ExecutionException
            || thrown instanceof CompletionException
            || thrown instanceof TimeoutException;
    return wrapper && thrown.getCause() != null ? unwrapped(thrown.getCause()) : thrown;
  }
}
