package io.countermachine.local.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Catalog;
import io.countermachine.local.torture.TortureCatalogs.Choice;
import io.countermachine.local.verification.ExpectedState.Place;
import io.countermachine.local.verification.JobHistory;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class JobHistoryTest {
  private static final Catalog CATALOG = Choice.FIRST.catalog();
  private static final TopicPartition ONE = new TopicPartition("one", 0);
  private static final TopicPartition TWO = new TopicPartition("two", 0);

  private final JobHistory history = new JobHistory(CATALOG, Set.of("one"));

  private boolean readsOne(long offset) {
    return history.reads(new Place("one", 0, offset));
  }

  @Test
  void topic_isReadUpToWhereItWasLeft_andFromThereWhenItIsReadAgain() {
    history.goesOn(CATALOG, Set.of("two"), Map.of(ONE, 10L));
    assertThat(readsOne(9)).isTrue();
    assertThat(readsOne(10)).isFalse();
    assertThat(history.reads(new Place("two", 0, 0))).isTrue();

    history.goesOn(CATALOG, Set.of("one", "two"), Map.of(TWO, 5L));
    assertThat(readsOne(10)).isTrue();
    assertThat(readsOne(99)).isTrue();
    assertThat(history.allTopics()).containsExactlyInAnyOrder("one", "two");
  }

  @Test
  void recordOfATopicThatWasNotRead_isCountedByTheCatalogThatReadsItAtLast() {
    history.goesOn(CATALOG, Set.of("two"), Map.of(ONE, 10L));
    Catalog added = Choice.FIRST.withAddedGroup().catalog();
    history.goesOn(added, Set.of("one"), Map.of(TWO, 5L));
    var group = added.group(TortureCatalogs.ADDED_GROUP).orElseThrow();
    assertThat(history.counts(group, new Place("one", 0, 9))).isFalse();
    assertThat(history.counts(group, new Place("one", 0, 10))).isTrue();
    assertThat(history.catalog()).isSameAs(added);
  }

  @Test
  void partitionThatWasAdded_belongsToTheNewestStage() {
    Catalog added = Choice.FIRST.withAddedGroup().catalog();
    history.goesOn(added, Set.of("one"), Map.of(ONE, 10L));
    var group = added.group(TortureCatalogs.ADDED_GROUP).orElseThrow();
    assertThat(history.counts(group, new Place("one", 1, 0))).isTrue();
  }

  @Test
  void exchange_turnsTheTimesAround() {
    Choice exchanged = Choice.FIRST.exchange();
    assertThat(exchanged.briefGroup()).isNotEqualTo(Choice.FIRST.briefGroup());
    assertThat(exchanged.exchange()).isEqualTo(Choice.FIRST);
    var group = CATALOG.group(Choice.FIRST.briefGroup()).orElseThrow();
    history.goesOn(exchanged.catalog(), Set.of("one"), Map.of(ONE, 10L));
    assertThat(history.retain(group, new Place("one", 0, 9)).orElseThrow()).hasSeconds(20);
    assertThat(history.retain(group, new Place("one", 0, 10)).orElseThrow()).hasDays(1);
    assertThat(history.retains(group)).hasSize(2);
  }
}
