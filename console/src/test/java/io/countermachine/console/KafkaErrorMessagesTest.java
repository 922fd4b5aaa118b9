package io.countermachine.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.NotEnoughReplicasAfterAppendException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;

class KafkaErrorMessagesTest {
  private static final String NOT_KNOWN =
      "the broker did not confirm the event in time; whether the topic has it is not known";

  @Test
  void eventWithoutAcknowledgement_mayHaveBeenTaken() {
    assertThat(KafkaErrorMessages.ofSending(new TimeoutException())).isEqualTo(NOT_KNOWN);
    assertThat(
            KafkaErrorMessages.ofSending(
                new ExecutionException(
                    new org.apache.kafka.common.errors.TimeoutException("Expiring 1 record(s)"))))
        .isEqualTo(NOT_KNOWN);
    assertThat(
            KafkaErrorMessages.ofSending(
                new ExecutionException(new NotEnoughReplicasAfterAppendException("host-7"))))
        .isEqualTo(NOT_KNOWN);
  }

  @Test
  void eventThatIsRefusedForGood_wasNotTaken() {
    assertThat(
            KafkaErrorMessages.ofSending(
                new ExecutionException(new RecordTooLargeException("1234567"))))
        .isEqualTo(
            "the broker did not accept the event: the event is larger than the broker accepts");
    assertThat(
            KafkaErrorMessages.ofSending(
                new ExecutionException(new TopicAuthorizationException("events"))))
        .isEqualTo("the broker did not accept the event: the broker refuses the console");
  }

  @Test
  void reasons_showNothingOfHosts() {
    assertThat(
            KafkaErrorMessages.of(
                new CompletionException(new UnknownTopicOrPartitionException("no host-7"))))
        .isEqualTo("the topic does not exist");
    assertThat(KafkaErrorMessages.of(new IllegalStateException("host-7:9092")))
        .isEqualTo("the broker does not answer");
  }
}
