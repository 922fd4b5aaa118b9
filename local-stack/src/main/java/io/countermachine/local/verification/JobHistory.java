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
 * The catalogs and topics of the job, in stages, and the record with which each stage begins. A new
 * stage begins only once all that is in the topics is counted, so that a record belongs to one
 * stage, whatever is read again later.
 */
public final class JobHistory {
  /**
   * @param from the first offset of each partition that no stage before has read; 0 where there is
   *     none
   */
  private record Stage(Catalog catalog, Set<String> topics, Map<TopicPartition, Long> from) {}

  private final List<Stage> stages = new ArrayList<>();

  /**
   * @param topics that the job reads from their beginnings
   */
  public JobHistory(Catalog catalog, Set<String> topics) {
    stages.add(new Stage(catalog, Set.copyOf(topics), Map.of()));
  }

  /**
   * The job goes on with another catalog or other topics. It keeps its position in a topic that it
   * does not read any more, until it reads that topic again.
   *
   * @param ends the ends of the topics that it has read up to now
   */
  public void goesOn(Catalog catalog, Set<String> topics, Map<TopicPartition, Long> ends) {
    Map<TopicPartition, Long> from = new HashMap<>(newest().from());
    from.putAll(ends);
    stages.add(new Stage(catalog, Set.copyOf(topics), Map.copyOf(from)));
  }

  /** The catalog that holds now. */
  public Catalog catalog() {
    return newest().catalog();
  }

  /** The topics that are read now. */
  public Set<String> topics() {
    return newest().topics();
  }

  /** The topics that were read at any time. */
  public Set<String> allTopics() {
    return stages.stream()
        .flatMap(stage -> stage.topics().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  private Stage newest() {
    return stages.get(stages.size() - 1);
  }

  /** Whether a record is read at all. */
  public boolean reads(Place place) {
    return stages.get(stageOf(place)).topics().contains(place.topic());
  }

  /** Whether a group counts the record at a place. */
  public boolean counts(Group group, Place place) {
    return stages.get(stageOf(place)).catalog().group(group.name()).isPresent();
  }

  /** How long a group is kept by the catalog that counts the record at a place. */
  public Optional<Duration> retain(Group group, Place place) {
    return retain(stages.get(stageOf(place)), group);
  }

  /** Every time that a group was kept for at some stage; empty where it was always for ever. */
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
