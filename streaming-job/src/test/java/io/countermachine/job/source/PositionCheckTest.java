package io.countermachine.job.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class PositionCheckTest {
  private static final TopicPartition P0 = new TopicPartition("events", 0);
  private static final TopicPartition P1 = new TopicPartition("events", 1);
  private static final TopicIdentity NOW = new TopicIdentity("cluster", "topic");

  private static Map<TopicPartition, Position> verify(
      ChangedTopics changed,
      Map<TopicPartition, Position> restored,
      Map<TopicPartition, Long> ends) {
    Map<TopicPartition, Long> beginnings = new HashMap<>(ends);
    beginnings.replaceAll((partition, end) -> 0L);
    return verify(changed, restored, beginnings, ends);
  }

  private static Map<TopicPartition, Position> verify(
      ChangedTopics changed,
      Map<TopicPartition, Position> restored,
      Map<TopicPartition, Long> beginnings,
      Map<TopicPartition, Long> ends) {
    return check(changed, restored, beginnings, ends).positions();
  }

  private static Verified check(
      ChangedTopics changed,
      Map<TopicPartition, Position> restored,
      Map<TopicPartition, Long> beginnings,
      Map<TopicPartition, Long> ends) {
    return new PositionCheck(new Properties(), changed)
        .verify(
            restored,
            new NamedTopics.Found(Map.of("events", NOW), Set.copyOf(ends.keySet())),
            beginnings,
            ends);
  }

  private static Position at(long offset) {
    return new Position(offset, TopicIdentity.UNKNOWN);
  }

  @Test
  void position_isKept_andGetsItsTopic_whenThePartitionReachesIt() {
    assertThat(verify(ChangedTopics.REFUSE, Map.of(P0, at(7)), Map.of(P0, 7L)))
        .isEqualTo(Map.of(P0, new Position(7, NOW)));
  }

  @Test
  void positionBeforeTheOldestRecord_isMovedToIt() {
    for (long offset : new long[] {0, 7}) {
      assertThat(
              verify(
                  ChangedTopics.REFUSE,
                  Map.of(P0, new Position(offset, NOW)),
                  Map.of(P0, 9L),
                  Map.of(P0, 20L)))
          .isEqualTo(Map.of(P0, new Position(9, NOW)));
    }
  }

  private static Map<TopicPartition, Long> lost(long restored, long beginning, long end) {
    return check(
            ChangedTopics.REFUSE,
            Map.of(P0, new Position(restored, NOW)),
            Map.of(P0, beginning),
            Map.of(P0, end))
        .lost();
  }

  @Test
  void offsetsRemovedBeforeTheyWereRead_areLost() {
    assertThat(lost(7, 7, 20)).isEmpty();
    assertThat(lost(7, 9, 20)).isEqualTo(Map.of(P0, 2L));
    assertThat(lost(0, 9, 9)).isEqualTo(Map.of(P0, 9L));
    assertThat(lost(7, 8, 20)).isEqualTo(Map.of(P0, 1L));
    assertThat(lost(KafkaPartitionSplit.EARLIEST_OFFSET, 9, 20)).isEmpty();
  }

  @Test
  void markerOfTheLastTransaction_isNotLost_whenRetentionEmptiesAQuietPartition() {
    // Records 0 to 6 were read, 7 is the commit's marker; all of them were removed.
    assertThat(lost(7, 8, 8)).isEmpty();
    assertThat(lost(6, 8, 8)).isEqualTo(Map.of(P0, 2L));
    // There is no marker at the beginning.
    assertThat(lost(0, 1, 1)).isEqualTo(Map.of(P0, 1L));
  }

  @Test
  void positionOfAnEarlierRelease_isRefused_whenThePartitionEndsBeforeIt() {
    assertThatThrownBy(() -> verify(ChangedTopics.REFUSE, Map.of(P0, at(8)), Map.of(P0, 7L)))
        .isInstanceOf(SuppressRestartsException.class)
        .hasRootCauseInstanceOf(IllegalStateException.class)
        .rootCause()
        .hasMessageStartingWith("events-0 was read up to offset 8, but now ends at 7.");
  }

  @Test
  void positionOfAnEarlierRelease_isRefused_whenItsPartitionIsGone() {
    assertThatThrownBy(
            () -> verify(ChangedTopics.REFUSE, Map.of(P0, at(1), P1, at(3)), Map.of(P0, 1L)))
        .rootCause()
        .hasMessageStartingWith("events-1 was read up to offset 3, and is gone.");
  }

  @Test
  void positionWhereNothingWasRead_isKept_whicheverTopicItIsOf() {
    Position beginning =
        new Position(KafkaPartitionSplit.EARLIEST_OFFSET, new TopicIdentity("other", "other"));
    assertThat(verify(ChangedTopics.REFUSE, Map.of(P0, beginning), Map.of(P0, 7L)))
        .isEqualTo(Map.of(P0, new Position(KafkaPartitionSplit.EARLIEST_OFFSET, NOW)));
  }

  @Test
  void reread_startsFromTheBeginning_andLeavesOutWhatIsGone() {
    Position other = new Position(5, new TopicIdentity("cluster", "other"));
    assertThat(verify(ChangedTopics.REREAD, Map.of(P0, other, P1, other), Map.of(P0, 9L)))
        .isEqualTo(Map.of(P0, new Position(KafkaPartitionSplit.EARLIEST_OFFSET, NOW)));
  }

  @Test
  void topicWhoseIdIsNotKnown_isToldByItsCluster() {
    TopicIdentity withoutId = new TopicIdentity("cluster", "");
    assertThat(withoutId.differsFrom(NOW)).isFalse();
    assertThat(withoutId.differsFrom(new TopicIdentity("other", "topic"))).isTrue();
  }
}
