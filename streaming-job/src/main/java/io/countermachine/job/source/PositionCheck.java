package io.countermachine.job.source;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks that restored positions are still valid: the topic is the one that was read, the partition
 * exists, and it reaches as far as it was read. Records that were not read yet may have been
 * removed by the topic's retention. Reading then continues at the oldest record.
 */
final class PositionCheck {
  private static final Logger LOG = LoggerFactory.getLogger(PositionCheck.class);
  private static final int FAULTS_NAMED = 10;

  private final Properties kafka;
  private final ChangedTopics changed;

  PositionCheck(Properties kafka, ChangedTopics changed) {
    this.kafka = kafka;
    this.changed = changed;
  }

  /**
   * Decides where to continue. Asks Kafka, and so may take long.
   *
   * @return the positions of all existing partitions, with their topics and the number of records
   *     that were removed before they were read
   * @throws SuppressRestartsException naming each invalid position, if these are to be refused
   * @throws IllegalStateException if Kafka cannot be asked
   */
  Verified verify(Map<TopicPartition, Position> restored) {
    try (Admin admin = Admin.create(kafka)) {
      List<String> topics =
          restored.keySet().stream().map(TopicPartition::topic).distinct().toList();
      NamedTopics.Found found = NamedTopics.find(admin, topics);
      return verify(
          restored,
          found,
          offsets(admin, restored, found, OffsetSpec.earliest()),
          offsets(admin, restored, found, OffsetSpec.latest()));
    }
  }

  private static Map<TopicPartition, Long> offsets(
      Admin admin,
      Map<TopicPartition, Position> restored,
      NamedTopics.Found found,
      OffsetSpec which) {
    Map<TopicPartition, OffsetSpec> asked =
        restored.keySet().stream()
            .filter(found.partitions()::contains)
            .collect(Collectors.toMap(partition -> partition, partition -> which));
    try {
      Map<TopicPartition, ListOffsetsResultInfo> told = admin.listOffsets(asked).all().get();
      return told.entrySet().stream()
          .collect(Collectors.toMap(Map.Entry::getKey, offset -> offset.getValue().offset()));
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot ask Kafka where partitions begin and end", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking where partitions begin and end", e);
    }
  }

  /**
   * The decision, given Kafka's answer.
   *
   * @param beginnings the offset of the oldest record of each existing partition
   * @param ends the offset after the last record of each existing partition
   */
  Verified verify(
      Map<TopicPartition, Position> restored,
      NamedTopics.Found found,
      Map<TopicPartition, Long> beginnings,
      Map<TopicPartition, Long> ends) {
    HashMap<TopicPartition, Position> verified = new HashMap<>();
    HashMap<TopicPartition, Long> lost = new HashMap<>();
    List<String> faults = new ArrayList<>();
    restored.forEach(
        (partition, position) -> {
          TopicIdentity now = found.identities().get(partition.topic());
          Optional<String> fault = fault(partition, position, now, ends.get(partition));
          fault.ifPresent(faults::add);
          if (!ends.containsKey(partition)) {
            return;
          }
          if (fault.isPresent()) {
            verified.put(partition, new Position(KafkaPartitionSplit.EARLIEST_OFFSET, now));
            return;
          }
          long beginning = beginnings.get(partition);
          verified.put(partition, new Position(oldestAt(position.offset(), beginning), now));
          if (position.offset() >= 0 && position.offset() < beginning) {
            if (mayBeAMarker(position.offset(), beginning, ends.get(partition))) {
              LOG.warn(
                  "{} is empty, and its last offset, {}, was removed unread: a transaction's marker,"
                      + " or one record that is in no counter",
                  partition,
                  position.offset());
            } else {
              lost.put(partition, beginning - position.offset());
            }
          }
        });
    if (!faults.isEmpty()) {
      settle(faults);
    }
    return new Verified(verified, lost);
  }

  /**
   * The offset of the oldest record at or after an offset. Markers, which are negative, stay as
   * they are.
   */
  private static long oldestAt(long offset, long beginning) {
    return offset < 0 ? offset : Math.max(offset, beginning);
  }

  /**
   * Returns true if only a transaction's marker may have been removed. The last record of a
   * transaction is followed by a marker that no reader gets, so a partition that was read to its
   * end stands before the marker. If the partition is empty now, Kafka does not say whether there
   * was a record instead. Each restart would report this for each quiet partition.
   */
  private static boolean mayBeAMarker(long offset, long beginning, long end) {
    return offset > 0 && beginning == end && beginning - offset == 1;
  }

  private static Optional<String> fault(
      TopicPartition partition, Position position, TopicIdentity now, Long end) {
    if (position.offset() <= 0) {
      // Nothing was read yet.
      return Optional.empty();
    }
    if (position.topic().isOfAnotherCluster(now)) {
      return Optional.of(
          "%s was read up to offset %d in the Kafka cluster %s, but the brokers are now of cluster %s"
              .formatted(
                  partition, position.offset(), position.topic().clusterId(), now.clusterId()));
    }
    if (position.topic().differsFrom(now)) {
      return Optional.of(
          "%s was read up to offset %d in a topic that was deleted since and created again"
              .formatted(partition, position.offset()));
    }
    if (end == null) {
      return Optional.of(
          "%s was read up to offset %d, and is gone".formatted(partition, position.offset()));
    }
    if (position.offset() > end) {
      return Optional.of(
          "%s was read up to offset %d, but now ends at %d"
              .formatted(partition, position.offset(), end));
    }
    return Optional.empty();
  }

  private void settle(List<String> faults) {
    String named =
        faults.stream().sorted().limit(FAULTS_NAMED).collect(Collectors.joining("; "))
            + (faults.size() > FAULTS_NAMED
                ? " and %d more".formatted(faults.size() - FAULTS_NAMED)
                : "");
    switch (changed) {
      case REREAD ->
          LOG.warn(
              "{}. These partitions are read from their beginning, as requested with"
                  + " --changed-topics reread",
              named);
      case REFUSE ->
          throw new SuppressRestartsException(
              new IllegalStateException(
                  named
                      + ". The restored offsets are not valid there, so the job stops."
                      + " Set --topic and --bootstrap-servers to the topics that were read,"
                      + " or start once with --changed-topics reread: the counters stay, and"
                      + " these partitions are read from their beginning"));
    }
  }
}
