package io.countermachine.job.source;

import java.io.Serializable;

/**
 * Identifies the topic of an offset, independent of its name: a topic that is deleted and created
 * again, or one of another cluster, is another topic.
 *
 * @param clusterId Kafka's id of the cluster; empty if not known
 * @param topicId Kafka's id of the topic; empty if not known
 */
record TopicIdentity(String clusterId, String topicId) implements Serializable {
  /** The identity of positions that were written without one. */
  static final TopicIdentity UNKNOWN = new TopicIdentity("", "");

  boolean isOfAnotherCluster(TopicIdentity other) {
    return differ(clusterId, other.clusterId);
  }

  /** Returns true if the two are known to be different topics. */
  boolean differsFrom(TopicIdentity other) {
    return isOfAnotherCluster(other) || differ(topicId, other.topicId);
  }

  private static boolean differ(String one, String other) {
    return !one.isEmpty() && !other.isEmpty() && !one.equals(other);
  }
}
