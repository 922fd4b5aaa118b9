package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.countermachine.job.TestCatalogs;
import io.countermachine.job.config.CatalogText;
import io.countermachine.job.ingest.DeadLetter;
import io.countermachine.job.ingest.Event;
import io.countermachine.job.ingest.IngestTypes;
import io.countermachine.job.ingest.SourceRecord;
import io.countermachine.measure.Counters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PreAggregateOperatorTest {
  private static final int VIEW = 0;
  private static final int TIMESPENT = 2;
  private static final long T0 = 1_707_605_599_000L;

  private OneInputStreamOperatorTestHarness<Event, KeyedCounters> harness;

  @BeforeEach
  void open() throws Exception {
    PreAggregateOperator operator =
        new PreAggregateOperator(TestCatalogs.SMALL, 3, Duration.ofMillis(200), Optional.empty());
    harness = new OneInputStreamOperatorTestHarness<>(operator);
    harness.setup(
        CountingTypes.keyedCounters(TestCatalogs.SMALL.catalog())
            .createSerializer(new SerializerConfigImpl()));
    harness.open();
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  private static Event view(long time, String user, String pair) {
    return new Event(VIEW, time, time, 0, null, new String[] {user, pair}, null);
  }

  @Test
  void events_areSummedPerGroupAndKey_untilTheFlushTime() throws Exception {
    harness.processElement(view(T0 + 10_000, "u", "u|p"), 0);
    harness.processElement(view(T0, "u", "u|p"), 0);
    harness.processElement(
        new Event(TIMESPENT, T0 + 10_000, T0, 70, null, new String[] {"u", null}, null), 0);
    assertThat(harness.extractOutputValues()).isEmpty();

    harness.setProcessingTime(200);

    List<KeyedCounters> sums = harness.extractOutputValues();
    assertThat(sums).extracting(KeyedCounters::key).containsExactlyInAnyOrder("u", "u|p");
    Counters user =
        sums.stream().filter(sum -> sum.key().equals("u")).findAny().orElseThrow().counters();
    assertThat(user.lastUpdateMillis()).isEqualTo(T0 + 10_000);
    // The earlier view is ten seconds old, one tau of the first interval: 1 + 1/e.
    assertThat(user.stored(0, 0)).isCloseTo(1 + 1 / Math.E, within(1e-15));
    assertThat(user.stored(0, 1)).isEqualTo(2);
    assertThat(user.stored(2, 1)).isEqualTo(70);
    assertThat(user.happened(1)).isFalse();
  }

  @Test
  void sums_areFlushed_whenThereAreMany() throws Exception {
    harness.processElement(view(T0, "u", "u|p"), 0);
    assertThat(harness.extractOutputValues()).isEmpty();
    harness.processElement(view(T0, "v", null), 0);
    assertThat(harness.extractOutputValues()).hasSize(3);
  }

  private static final CatalogText VIEWERS =
      new CatalogText(
          "viewers.yaml",
          """
          events: {view: {}, like: {}}
          intervals: [1h]
          groups:
            post: {key: [postId], counts: [view, like], uniques: {viewers: {of: view, by: userId}}}
          """);

  private static Event ofPost(int type, String user) {
    return new Event(
        type, T0, T0, 0, null, new String[] {"p"}, null, new Object[] {user}, null, null);
  }

  /** If all events have the same key, sums of sketches, lists or panes would grow. */
  @Test
  void sumsOfOneKey_areFlushed_whenThereAreManyEntriesInThem() throws Exception {
    PreAggregateOperator operator =
        new PreAggregateOperator(VIEWERS, 3, Duration.ofMillis(200), Optional.empty());
    try (OneInputStreamOperatorTestHarness<Event, KeyedCounters> viewers =
        new OneInputStreamOperatorTestHarness<>(operator)) {
      viewers.setup(
          CountingTypes.keyedCounters(VIEWERS.catalog())
              .createSerializer(new SerializerConfigImpl()));
      viewers.open();
      for (int like = 0; like < 100; like++) {
        viewers.processElement(ofPost(1, "u"), 0);
      }
      for (int view = 1; view < 30; view++) {
        viewers.processElement(ofPost(0, "u" + view), 0);
      }
      assertThat(viewers.extractOutputValues()).isEmpty();
      viewers.processElement(ofPost(0, "u30"), 0);
      assertThat(viewers.extractOutputValues()).hasSize(1);

      viewers.processElement(ofPost(0, "u31"), 0);
      assertThat(viewers.extractOutputValues()).hasSize(1);
    }
  }

  private static final CatalogText LATER =
      new CatalogText(
          "later.yaml",
          """
          events: {view: {}, like: {}}
          intervals: [1h]
          groups:
            user: {key: [userId], counts: [view, like], intervals: [1h, lifetime]}
            post: {key: [postId], counts: [view]}
          """);

  private static Event ofUserAndPost(int type, long recordMillis) {
    return new Event(type, T0, recordMillis, 0, null, new String[] {"u", "p"}, null);
  }

  /** New since T0: the group of posts, the user's likes, and their lifetime views. */
  @Test
  void eventsBeforeTheCut_areLeftToHistory_whereTheyAreOfWhatIsNew() throws Exception {
    HistoryCut cut =
        new HistoryCut(
            "sums",
            Map.of(
                "post", Map.of("view.1h", T0),
                "user", Map.of("like.1h", T0, "like.lifetime", T0, "view.lifetime", T0)));
    PreAggregateOperator operator =
        new PreAggregateOperator(LATER, 100, Duration.ofMillis(200), Optional.of(cut));
    try (OneInputStreamOperatorTestHarness<Event, KeyedCounters> later =
        new OneInputStreamOperatorTestHarness<>(operator)) {
      later.setup(
          CountingTypes.keyedCounters(LATER.catalog())
              .createSerializer(new SerializerConfigImpl()));
      later.open();
      // Of a like, nothing is left; three views count only at 1h, and two count everywhere.
      later.processElement(ofUserAndPost(1, T0 - 1), 0);
      later.setProcessingTime(200);
      assertThat(later.extractOutputValues()).isEmpty();

      for (long record : new long[] {T0 - 1, T0 - 5_000, T0, T0 - 1, T0 + 1}) {
        later.processElement(ofUserAndPost(0, record), 0);
      }
      later.setProcessingTime(400);
      List<KeyedCounters> sums = later.extractOutputValues();
      assertThat(sums).extracting(KeyedCounters::key).containsExactlyInAnyOrder("u", "p");
      Counters user =
          sums.stream().filter(sum -> sum.key().equals("u")).findAny().orElseThrow().counters();
      assertThat(user.stored(0, 0)).isEqualTo(5);
      assertThat(user.stored(0, 1)).isEqualTo(2);
      assertThat(user.happened(1)).isFalse();
      Counters post =
          sums.stream().filter(sum -> sum.key().equals("p")).findAny().orElseThrow().counters();
      assertThat(post.stored(0, 0)).isEqualTo(2);
    }
  }

  @Test
  void sums_areFlushed_beforeABarrierAndAtTheEnd() throws Exception {
    harness.processElement(view(T0, "u", null), 0);
    harness.prepareSnapshotPreBarrier(1);
    assertThat(harness.extractOutputValues()).hasSize(1);

    harness.processElement(view(T0, "u", null), 0);
    harness.endInput();
    harness.getOperator().finish();
    assertThat(harness.extractOutputValues()).hasSize(2);
  }

  @Test
  void types_needNoGenericSerializer() {
    TypeInformation<?>[] types = {
      IngestTypes.event(),
      TypeInformation.of(SourceRecord.class),
      TypeInformation.of(DeadLetter.class)
    };
    SerializerConfigImpl strict = new SerializerConfigImpl();
    strict.setGenericTypes(false);
    for (TypeInformation<?> type : types) {
      assertThat(type.createSerializer(strict)).isNotNull();
    }
  }
}
