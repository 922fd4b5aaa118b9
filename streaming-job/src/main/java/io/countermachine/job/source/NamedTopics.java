package io.countermachine.job.source;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.flink.connector.kafka.source.enumerator.subscriber.KafkaSubscriber;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/**
 * The topics that the options name, and their current identities. If a name refers to another topic
 * while it is read, discovery fails. The job then restores, and {@link PositionCheck} decides.
 */
final class NamedTopics implements KafkaSubscriber {
  private static final long serialVersionUID = 1L;

  private final List<String> names;

  /** As of the newest discovery, which runs in another thread. */
  private transient volatile Map<String, TopicIdentity> identities;

  NamedTopics(List<String> names) {
    this.names = List.copyOf(names);
  }

  boolean contains(String topic) {
    return names.contains(topic);
  }

  /** Forgets the identities of the named topics. */
  void forget() {
    identities = null;
  }

  /** The identity of a topic at the newest discovery. */
  TopicIdentity identity(String topic) {
    Map<String, TopicIdentity> known = identities;
    return known == null ? TopicIdentity.UNKNOWN : known.getOrDefault(topic, TopicIdentity.UNKNOWN);
  }

  @Override
  public Set<TopicPartition> getSubscribedTopicPartitions(AdminClient admin) {
    Found found = find(admin, names);
    for (String name : names) {
      if (identity(name).differsFrom(found.identities().get(name))) {
        throw new IllegalStateException(
            "topic %s was created again while it was read".formatted(name));
      }
    }
    identities = found.identities();
    return found.partitions();
  }

  /**
   * Kafka's information about topics.
   *
   * @param identities by topic
   */
  record Found(Map<String, TopicIdentity> identities, Set<TopicPartition> partitions) {}

  /**
   * Asks Kafka for topics.
   *
   * @throws IllegalStateException if Kafka cannot be asked, or has no such topic
   */
  static Found find(Admin admin, List<String> names) {
    try {
      String cluster = admin.describeCluster().clusterId().get();
      Map<String, TopicIdentity> identities = new HashMap<>();
      Set<TopicPartition> partitions = new HashSet<>();
      for (TopicDescription topic : admin.describeTopics(names).allTopicNames().get().values()) {
        Uuid id = topic.topicId();
        identities.put(
            topic.name(),
            new TopicIdentity(
                cluster == null ? "" : cluster,
                id == null || id.equals(Uuid.ZERO_UUID) ? "" : id.toString()));
        topic
            .partitions()
            .forEach(
                partition ->
                    partitions.add(new TopicPartition(topic.name(), partition.partition())));
      }
      return new Found(Map.copyOf(identities), partitions);
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot ask Kafka for the topics " + names, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking for the topics " + names, e);
    }
  }
}
