package io.countermachine.local.torture;

import io.countermachine.local.FlinkRest;
import io.countermachine.local.LocalBroker;
import io.countermachine.local.Settlement;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;

/** Waits until what was sent is counted and written, and not for ever. */
final class Settling {
  private final FlinkRest flink;
  private final Settlement settlement;

  /**
   * @param broker the broker that runs now
   * @param topics the topics that the job reads now
   */
  Settling(Supplier<LocalBroker> broker, Supplier<Set<String>> topics, FlinkRest flink) {
    this.flink = flink;
    this.settlement =
        new Settlement(
            broker, topics, flink, (what, progress, condition) -> Limits.await(what, condition));
  }

  /** The ends of the topics that the job reads now. */
  Map<TopicPartition, Long> ends() {
    return settlement.ends();
  }

  /** Waits until every event in the topics is in the state of a checkpoint. */
  void awaitCounted() {
    settlement.awaitCounted();
  }

  /** Waits until every event is counted and no key waits to be written. */
  void awaitWritten() {
    settlement.awaitWritten();
  }

  /**
   * Waits until every event is written, no key is to be confirmed, and confirmations are written.
   */
  void awaitConfirmed() {
    // What is given up in the last writes is to be confirmed, too.
    awaitWritten();
    Limits.await(
        "the confirmation of all writes",
        () -> {
          boolean confirmed = isConfirmed();
          awaitWritten();
          return confirmed && isConfirmed();
        });
  }

  private boolean isConfirmed() {
    return flink.sumOf("count.confirmationMillisLeft").orElse(1) == 0;
  }
}
