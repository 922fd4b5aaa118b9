package io.countermachine.local.verification;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.local.verification.ExpectedState.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/**
 * The job's catalogs and topics in stages, and the record with which each stage begins. A new stage
 * begins only after everything in the topics is counted, so each record belongs to exactly one
 * stage, even if it is read again later.
 */
public final class JobHistory {
  /**
   * @param from the first offset of each partition that no earlier stage has read; 0 if there is
   *     none
   */
  private record Stage(Catalog catalog, Set<String> topics, Map<TopicPartition, Long> from) {}

  private final List<Stage> stages = new ArrayList<>();

  /**
   * @param topics the topics, which the job reads from the beginning
   */
  public JobHistory(Catalog catalog, Set<String> topics) {
    stages.add(new Stage(catalog, Set.copyOf(topics), Map.of()));
  }

  /**
   * Starts a stage with another catalog or other topics. The job remembers its position in a topic
   * that it no longer reads, until it reads the topic again.
   *
   * @param ends the current ends of the topics that it has read so far
   */
  public void goesOn(Catalog catalog, Set<String> topics, Map<TopicPartition, Long> ends) {
    Map<TopicPartition, Long> from = new HashMap<>(newest().from());
    from.putAll(ends);
    stages.add(new Stage(catalog, Set.copyOf(topics), Map.copyOf(from)));
  }

  /** The current catalog. */
  public Catalog catalog() {
    return newest().catalog();
  }

  /** The topics that are currently read. */
  public Set<String> topics() {
    return newest().topics();
  }

  /** The topics of all stages. */
  public Set<String> allTopics() {
    return stages.stream()
        .flatMap(stage -> stage.topics().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  private Stage newest() {
    return stages.get(stages.size() - 1);
  }

  /** Returns true if the job reads the record at any time. */
  public boolean reads(Place place) {
    return stages.get(stageOf(place)).topics().contains(place.topic());
  }

  /** Returns true if a group counts the record. */
  public boolean counts(Group group, Place place) {
    return stages.get(stageOf(place)).catalog().group(group.name()).isPresent();
  }

  /** The retention of a group in the catalog that counts the record. */
  public Optional<Duration> retain(Group group, Place place) {
    return retain(stages.get(stageOf(place)), group);
  }

  /** The limited retentions of a group in all stages; empty if it was always unlimited. */
  public List<Duration> retains(Group group) {
    return stages.stream().flatMap(stage -> retain(stage, group).stream()).toList();
  }

  private static Optional<Duration> retain(Stage stage, Group group) {
    return stage.catalog().group(group.name()).flatMap(Group::retain);
  }

  private int stageOf(Place place) {
    TopicPartition partition = new TopicPartition(place.topic(), place.partition());
    int stage = stages.size() - 1;
    while (stage > 0 && place.offset() < stages.get(stage).from().getOrDefault(partition, 0L)) {
      stage--;
    }
    return stage;
  }
}
