package io.countermachine.local.torture;

import io.countermachine.local.FlinkRest;
import io.countermachine.local.LocalBroker;
import io.countermachine.local.LocalStack;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Waits until what was sent is counted and written. */
final class Settling {
  private final Supplier<LocalBroker> broker;
  private final FlinkRest flink;

  /**
   * @param broker the broker that runs now
   */
  Settling(Supplier<LocalBroker> broker, FlinkRest flink) {
    this.broker = broker;
    this.flink = flink;
  }

  /** The topic's end by partition. */
  Map<Integer, Long> ends() {
    try (Admin admin = broker.get().admin()) {
      return ends(admin);
    }
  }

  private static Map<Integer, Long> ends(Admin admin) {
    int partitions =
        Limits.get(
                "asking for the topic's partitions",
                admin.describeTopics(List.of(LocalStack.TOPIC)).allTopicNames())
            .get(LocalStack.TOPIC)
            .partitions()
            .size();
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (int partition = 0; partition < partitions; partition++) {
      latest.put(new TopicPartition(LocalStack.TOPIC, partition), OffsetSpec.latest());
    }
    return Limits.get("asking for the topic's end", admin.listOffsets(latest).all())
        .entrySet()
        .stream()
        .collect(
            Collectors.toMap(each -> each.getKey().partition(), each -> each.getValue().offset()));
  }

  /** Waits until every event in the topic is in the state of a checkpoint. */
  void awaitCounted() {
    try (Admin admin = broker.get().admin()) {
      long end = sum(ends(admin));
      Limits.await("the counting of all events", () -> committed(admin) >= end);
    }
  }

  private static long sum(Map<Integer, Long> offsets) {
    return offsets.values().stream().mapToLong(Long::longValue).sum();
  }

  private static long committed(Admin admin) {
    return Limits.get(
            "asking for the committed offsets",
            admin.listConsumerGroupOffsets(LocalStack.GROUP_ID).partitionsToOffsetAndMetadata())
        .values()
        .stream()
        .filter(offset -> offset != null)
        .mapToLong(offset -> offset.offset())
        .sum();
  }

  /** Waits until every event is counted and no key waits to be written. */
  void awaitWritten() {
    awaitCounted();
    Limits.await(
        "the writing of all keys",
        () -> isZero("count.heldBackKeys") && isZero("count.waitingKeys"));
    long written = System.currentTimeMillis();
    Limits.await(
        "a checkpoint after the last write", () -> flink.newestCheckpointMillis() > written);
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
    return isZero("count.confirmationMillisLeft");
  }

  private boolean isZero(String metric) {
    return flink.sumOf(metric).orElse(1) == 0;
  }
}
