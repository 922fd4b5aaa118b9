package io.countermachine.job.series;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.catalog.Group;
import io.countermachine.job.config.CatalogText;
import io.countermachine.job.counting.KeyedCounters;
import io.countermachine.job.derive.EmittedRecord;
import io.countermachine.job.rules.RuleBooks;
import io.countermachine.job.rules.TestRuleBooks;
import io.countermachine.measure.Counters;
import io.countermachine.measure.Occurrence;
import io.countermachine.rules.RuleBook;
import io.countermachine.rules.RuleRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** Panes that go to a topic: when, with which content, and the effect of late events. */
class SeriesOperatorTest {
  /** A whole minute. */
  private static final long T0 = 1_707_605_580_000L;

  private static final long MINUTE = 60_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final CatalogText CATALOG =
      new CatalogText(
          "c.yaml",
          """
          events: {view: {}, like: {}, spent: {value: ms}, unlike: {undoes: like, by: [postId], within: 1d}}
          intervals: [1h, each_1m]
          windows: {each_1m: {keep: 10m, emit: {series: minutes}}}
          groups:
            post:
              key: [postId, country]
              counts: [view, like]
              sums: [spent]
              stats: {dwell: {of: spent, give: [mean], intervals: [1h, each_1m]}}
              histograms: {devices: {of: view, by: device}}
            site: {key: [], counts: [view]}
            user: {key: [userId], counts: [view], intervals: [1h]}
          """);

  private static final CatalogText EARLY =
      new CatalogText(
          "c.yaml", CATALOG.text().replace("series: minutes", "series: minutes, when: every 10s"));

  private static KeyedOneInputStreamOperatorTestHarness<String, KeyedCounters, EmittedRecord>
      harness(CatalogText catalog, OperatorSubtaskState state) throws Exception {
    return harness(catalog, Optional.empty(), T0, state);
  }

  private static KeyedOneInputStreamOperatorTestHarness<String, KeyedCounters, EmittedRecord>
      harness(
          CatalogText catalog, Optional<RuleBooks> rules, long clock, OperatorSubtaskState state)
          throws Exception {
    KeyedOneInputStreamOperatorTestHarness<String, KeyedCounters, EmittedRecord> harness =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new SeriesOperator(catalog, Duration.ofMillis(200), rules),
            SeriesOperator::key,
            Types.STRING);
    harness.setup(
        TypeInformation.of(EmittedRecord.class).createSerializer(new SerializerConfigImpl()));
    harness.setProcessingTime(clock);
    if (state != null) {
      harness.initializeState(state);
    }
    harness.open();
    return harness;
  }

  /** The sums of one event of a group, as they come to this stage. */
  private static KeyedCounters sum(
      CatalogText catalog, String group, String key, String name, Occurrence occurrence) {
    Group of = catalog.catalog().group(group).orElseThrow();
    Counters counters = new Counters(of.schema());
    of.feeds(name).forEach(feed -> counters.add(feed.measure(), occurrence));
    return new KeyedCounters(
        key, counters.as(SeriesGroup.of(catalog.catalog()).get(group).schema()));
  }

  private static KeyedCounters post(String name, long instant) {
    return sum(CATALOG, "post", "p1|DE", name, event(instant));
  }

  private static Occurrence event(long instant) {
    return new Occurrence().at(instant).weight(1).value(300).label("tv");
  }

  private static List<String> take(
      KeyedOneInputStreamOperatorTestHarness<String, KeyedCounters, EmittedRecord> harness) {
    List<String> records = new ArrayList<>();
    for (EmittedRecord record : harness.extractOutputValues()) {
      records.add(
          record.topic()
              + " "
              + new String(record.key(), UTF_8)
              + " "
              + new String(record.value(), UTF_8));
    }
    harness.getOutput().clear();
    return records;
  }

  private static List<String> shortly(List<String> records) {
    return records.stream()
        .map(text -> text.substring(text.indexOf("\"start\"")))
        .map(text -> text.replaceAll("\"end\":\\d+,(\"durationMs\":60000,)?", ""))
        .map(text -> text.replace("\"", "").replace("170760", "+"))
        .toList();
  }

  @Test
  void pane_goesOut_whenEventTimeHasPassedItsEnd_andAgainForALateEvent() throws Exception {
    try (var harness = harness(CATALOG, null)) {
      harness.processElement(post("view", T0 + 1_000), 0);
      harness.processElement(post("spent", T0 + 59_999), 0);
      harness.processElement(post("view", T0 + MINUTE), 0);
      harness.processWatermark(T0 + MINUTE - 1);
      assertThat(take(harness)).isEmpty();
      harness.processWatermark(T0 + MINUTE);
      assertThat(take(harness))
          .containsExactly(
              "minutes p1|DE {\"group\":\"post\",\"interval\":\"each_1m\",\"postId\":\"p1\",\"country\":\"DE\","
                  + "\"start\":1707605580000,\"end\":1707605640000,\"durationMs\":60000,"
                  + "\"counts\":{\"view\":1,\"spent\":300,\"dwell_mean\":300,\"devices\":{\"tv\":1}},"
                  + "\"reason\":\"closed\",\"revision\":0}");
      harness.processElement(post("view", T0 + 30_000), 0);
      assertThat(shortly(take(harness)))
          .containsExactly(
              "start:+5580000,counts:{view:2,spent:300,dwell_mean:300,devices:{tv:2}},"
                  + "reason:closed,revision:1,retracts:[{start:+5580000,revision:0}]}");
      harness.processWatermark(T0 + 2 * MINUTE);
      assertThat(shortly(take(harness)))
          .containsExactly(
              "start:+5640000,counts:{view:1,devices:{tv:1}},reason:closed,revision:0}");
    }
  }

  @Test
  void keyOfTheWholeSite_hasNoField() throws Exception {
    try (var harness = harness(CATALOG, null)) {
      harness.processElement(sum(CATALOG, "site", "*", "view", event(T0)), 0);
      harness.processWatermark(T0 + MINUTE);
      assertThat(take(harness).get(0))
          .startsWith("minutes * {\"group\":\"site\",\"interval\":\"each_1m\",\"start\":");
    }
    assertThat(SeriesGroup.of(CATALOG.catalog())).containsOnlyKeys("post", "site");
  }

  @Test
  void whatIsTakenBack_leavesAnEmptyPane_andNoneWhereNothingWasTold() throws Exception {
    try (var harness = harness(CATALOG, null)) {
      harness.processElement(post("like", T0 + 1_000), 0);
      harness.processWatermark(T0 + MINUTE);
      assertThat(take(harness)).hasSize(1);
      harness.processElement(
          sum(CATALOG, "post", "p1|DE", "like", event(T0 + 1_000).takeBack()), 0);
      assertThat(shortly(take(harness)))
          .containsExactly(
              "start:+5580000,counts:{},reason:closed,revision:1,"
                  + "retracts:[{start:+5580000,revision:0}]}");
      // The state of that like was dropped.
      harness.processElement(
          sum(CATALOG, "post", "p2|DE", "like", event(T0 + 1_000).takeBack()), 0);
      assertThat(take(harness)).isEmpty();
    }
  }

  /** A weight can be negative; only a number of events below zero says that state was dropped. */
  @Test
  void weightsBelowZero_areEmitted() throws Exception {
    CatalogText weighted =
        new CatalogText(
            "c.yaml",
            """
            events:
              view: {}
              like: {}
              balance: {of: [view, like], weight: {view: 1, like: -1}}
              strong: {of: balance, where: 'price > 1'}
            intervals: [1h, each_1m]
            windows: {each_1m: {keep: 10m, emit: {series: minutes}}}
            groups: {post: {key: [postId], counts: [like, balance, strong]}}
            """);
    try (var harness = harness(weighted, null)) {
      harness.processElement(sum(weighted, "post", "p1", "like", event(T0)), 0);
      harness.processElement(sum(weighted, "post", "p1", "balance", event(T0).weight(-1)), 0);
      harness.processElement(sum(weighted, "post", "p2", "strong", event(T0).weight(-2)), 0);
      harness.processWatermark(T0 + MINUTE);
      assertThat(shortly(take(harness)))
          .containsExactlyInAnyOrder(
              "start:+5580000,counts:{like:1,balance:-1},reason:closed,revision:0}",
              "start:+5580000,counts:{strong:-2},reason:closed,revision:0}");
      harness.processElement(sum(weighted, "post", "p3", "like", event(T0 + 1_000).takeBack()), 0);
      assertThat(take(harness)).isEmpty();
    }
  }

  @Test
  void openPane_goesOutAsEventTimePasses_andIsClosedInTheEnd() throws Exception {
    try (var harness = harness(EARLY, null)) {
      harness.processElement(sum(EARLY, "site", "*", "view", event(T0 + 1_000)), 0);
      harness.processWatermark(T0 + 9_999);
      assertThat(take(harness)).isEmpty();
      harness.processWatermark(T0 + 10_000);
      assertThat(shortly(take(harness)))
          .containsExactly("start:+5580000,counts:{view:1},reason:open,revision:0}");
      harness.processWatermark(T0 + 20_000);
      assertThat(take(harness)).isEmpty();
      harness.processElement(sum(EARLY, "site", "*", "view", event(T0 + 21_000)), 0);
      harness.processWatermark(T0 + 30_000);
      assertThat(shortly(take(harness)))
          .containsExactly(
              "start:+5580000,counts:{view:2},reason:open,revision:1,"
                  + "retracts:[{start:+5580000,revision:0}]}");
      harness.processWatermark(T0 + MINUTE);
      assertThat(shortly(take(harness)))
          .containsExactly(
              "start:+5580000,counts:{view:2},reason:closed,revision:2,"
                  + "retracts:[{start:+5580000,revision:1}]}");
    }
  }

  @Test
  void eventTime_followsTheClock_whileNothingComesFromAnywhere() throws Exception {
    try (var harness = harness(CATALOG, null)) {
      harness.processElement(post("view", T0), 0);
      harness.processWatermarkStatus(WatermarkStatus.IDLE);
      harness.setProcessingTime(T0 + MINUTE + 9_000);
      assertThat(take(harness)).isEmpty();
      harness.setProcessingTime(T0 + MINUTE + 11_000);
      assertThat(take(harness)).hasSize(1);
    }
  }

  /**
   * A pane that its interval no longer keeps is not emitted any more, and state and timers are
   * dropped.
   */
  @Test
  void stateAndTimers_areGone_whenNoPaneIsKeptAnyMore() throws Exception {
    try (var harness = harness(CATALOG, null)) {
      harness.processElement(post("view", T0), 0);
      harness.processElement(post("view", T0 + 20 * MINUTE), 0);
      harness.processWatermark(T0 + 21 * MINUTE);
      // The first minute was dropped when the later event came.
      assertThat(shortly(take(harness)))
          .containsExactly(
              "start:+6780000,counts:{view:1,devices:{tv:1}},reason:closed,revision:0}");
      harness.processElement(post("view", T0), 0);
      assertThat(take(harness)).isEmpty();
      harness.setProcessingTime(T0 + 11 * MINUTE - 1);
      assertThat(harness.numKeyedStateEntries()).isEqualTo(2);
      harness.setProcessingTime(T0 + 11 * MINUTE);
      assertThat(harness.numKeyedStateEntries()).isZero();
      assertThat(harness.numEventTimeTimers()).isZero();
      assertThat(harness.numProcessingTimeTimers()).isZero();
    }
  }

  private static final CatalogText OF_USERS =
      new CatalogText(
          "c.yaml",
          """
          timestamps: {unit: milliseconds}
          rules: {topic: rules}
          events: {view: {}}
          intervals: [1h, each_1m]
          windows: {each_1m: {keep: 10m, emit: {series: minutes}}}
          groups:
            user: {key: [userId], counts: [view]}
            pair: {key: [postId, userId], counts: [view]}
            post: {key: [postId], counts: [view]}
            site: {key: [], counts: [view]}
          """);

  /** When the request to forget a user is published; events from 10 s later count again. */
  private static final long PUBLISHED = T0 + 20_000;

  private static final long COUNTS_AGAIN = PUBLISHED + 10_000;

  /** One entry of sums and one of what was emitted. */
  private static final int ENTRIES = 2;

  private final RuleBook book = new RuleBook(OF_USERS.catalog(), true);

  private KeyedOneInputStreamOperatorTestHarness<String, KeyedCounters, EmittedRecord> ofUsers(
      long clock, OperatorSubtaskState state) throws Exception {
    return harness(OF_USERS, Optional.of(TestRuleBooks.of(book)), clock, state);
  }

  private static void view(
      KeyedOneInputStreamOperatorTestHarness<String, KeyedCounters, EmittedRecord> harness,
      String user,
      long instant)
      throws Exception {
    for (String groupAndKey : List.of("user " + user, "pair p|" + user, "post p", "site *")) {
      String[] parts = groupAndKey.split(" ", -1);
      harness.processElement(sum(OF_USERS, parts[0], parts[1], "view", event(instant)), 0);
    }
  }

  private void forget(String user, byte[] value, long instant) {
    book.apply(RuleRecord.forgetKey("userId", user), value, instant, instant);
  }

  private void forget(String user) {
    forget(user, "{}".getBytes(UTF_8), PUBLISHED);
  }

  /** The records' keys and counts, which all are of one measure. */
  private static List<String> views(
      KeyedOneInputStreamOperatorTestHarness<String, KeyedCounters, EmittedRecord> harness) {
    return take(harness).stream()
        .map(
            text ->
                text.replaceAll(
                    "minutes (\\S+) .*\"group\":\"(\\w+)\".*\"start\":(\\d+).*\"view\":(\\d+).*",
                    "$2 $1 $3: $4"))
        .map(text -> text.replace("170760", "+"))
        .sorted()
        .toList();
  }

  @Test
  void userWhoIsForgotten_leavesStateAndTopic_andBeginsAnewInTheSameMinute() throws Exception {
    try (var harness = ofUsers(T0, null)) {
      view(harness, "u1", T0 + 1_000);
      view(harness, "u2", T0 + 1_000);
      assertThat(harness.numKeyedStateEntries()).isEqualTo(6 * ENTRIES);
      forget("u1");
      harness.setProcessingTime(PUBLISHED + 5_000);
      assertThat(harness.numKeyedStateEntries()).isEqualTo(6 * ENTRIES);
      // Five seconds, plus the time that a sum may wait; checked every second.
      harness.setProcessingTime(PUBLISHED + 6_200);
      assertThat(harness.numKeyedStateEntries()).as("u2, p|u2, p and *").isEqualTo(4 * ENTRIES);
      harness.processElement(
          sum(OF_USERS, "user", "u1", "view", event(COUNTS_AGAIN - 1)), COUNTS_AGAIN - 1);
      assertThat(harness.numKeyedStateEntries()).isEqualTo(4 * ENTRIES);
      view(harness, "u1", COUNTS_AGAIN);
      harness.processWatermark(T0 + MINUTE);
      assertThat(views(harness))
          .containsExactly(
              "pair p|u1 +5580000: 1",
              "pair p|u2 +5580000: 1",
              "post p +5580000: 3",
              "site * +5580000: 3",
              "user u1 +5580000: 1",
              "user u2 +5580000: 1");
      harness.setProcessingTime(T0 + 20 * MINUTE);
      assertThat(harness.numKeyedStateEntries()).isZero();
    }
  }

  @Test
  void minuteThatEnds_beforeTheStateIsGone_isNotTold() throws Exception {
    try (var harness = ofUsers(T0, null)) {
      view(harness, "u1", T0 - 1_000);
      view(harness, "u2", T0 - 1_000);
      forget("u1");
      harness.setProcessingTime(PUBLISHED + 2_000);
      harness.processWatermark(T0);
      assertThat(views(harness))
          .containsExactly(
              "pair p|u2 +5520000: 1",
              "post p +5520000: 2",
              "site * +5520000: 2",
              "user u2 +5520000: 1");
    }
  }

  /** Records emitted before stay in the topic, and nothing is retracted. */
  @Test
  void wishIsSeenToOnce_overARestore() throws Exception {
    OperatorSubtaskState before;
    OperatorSubtaskState after;
    try (var harness = ofUsers(T0, null)) {
      view(harness, "u1", T0 + 1_000);
      before = harness.snapshot(1, 1);
      forget("u1");
      harness.setProcessingTime(PUBLISHED + 7_000);
      view(harness, "u1", COUNTS_AGAIN);
      after = harness.snapshot(2, 2);
    }
    try (var harness = ofUsers(PUBLISHED + 7_000, before)) {
      assertThat(harness.numKeyedStateEntries()).as("p and *").isEqualTo(2 * ENTRIES);
    }
    try (var harness = ofUsers(PUBLISHED + 7_000, after)) {
      harness.setProcessingTime(PUBLISHED + 9_000);
      harness.processWatermark(T0 + MINUTE);
      assertThat(views(harness))
          .containsExactly(
              "pair p|u1 +5580000: 1",
              "post p +5580000: 2",
              "site * +5580000: 2",
              "user u1 +5580000: 1");
    }
  }

  @Test
  void wishTakenBack_letsTheSeriesGoOn() throws Exception {
    try (var harness = ofUsers(T0, null)) {
      view(harness, "u1", T0 + 1_000);
      forget("u1");
      harness.setProcessingTime(PUBLISHED + 2_000);
      forget("u1", null, PUBLISHED + 1);
      harness.setProcessingTime(PUBLISHED + 9_000);
      harness.processWatermark(T0 + MINUTE);
      assertThat(views(harness)).hasSize(4).contains("user u1 +5580000: 1");
    }
  }

  /**
   * Whatever the order of events and the progress of event time, the final content is what
   * happened.
   */
  @Test
  void topic_endsWithTheCountsOfEachMinute_inAnyOrder() throws Exception {
    Random random = new Random(51);
    int revised = 0;
    for (int order = 0; order < 120; order++) {
      CatalogText catalog = random.nextBoolean() ? CATALOG : EARLY;
      Map<String, Integer> expected = new TreeMap<>();
      Map<String, JsonNode> standing = new TreeMap<>();
      OperatorSubtaskState state = null;
      long eventTime = T0;
      for (int run = 0; run < 3; run++) {
        try (var harness = harness(catalog, state)) {
          for (int i = random.nextInt(12); i > 0; i--) {
            long instant = T0 + random.nextInt(5 * 60) * 1_000L;
            String key = "p" + random.nextInt(2) + "|DE";
            expected.merge(key + " " + Math.floorDiv(instant, MINUTE) * MINUTE, 1, Integer::sum);
            harness.processElement(sum(catalog, "post", key, "view", event(instant)), 0);
            if (random.nextInt(3) == 0) {
              eventTime += random.nextInt(60_000);
              harness.processWatermark(eventTime);
            }
          }
          if (run == 2) {
            harness.processWatermark(T0 + 10 * MINUTE);
          }
          revised += read(harness, standing);
          state = harness.snapshot(1, 0);
        }
      }
      Map<String, Integer> found = new TreeMap<>();
      standing.forEach(
          (pane, record) -> {
            assertThat(record.path("reason").asText()).isEqualTo("closed");
            found.put(pane, record.at("/counts/view").asInt());
          });
      assertThat(found).as("order %d", order).isEqualTo(expected);
    }
    assertThat(revised).isGreaterThan(40);
  }

  /** Reads on in the topic, and returns how many records were revisions. */
  private static int read(
      KeyedOneInputStreamOperatorTestHarness<String, KeyedCounters, EmittedRecord> harness,
      Map<String, JsonNode> standing)
      throws IOException {
    int revised = 0;
    for (EmittedRecord record : harness.extractOutputValues()) {
      JsonNode value = JSON.readTree(record.value());
      String pane = new String(record.key(), UTF_8) + " " + value.path("start");
      for (JsonNode retracted : value.path("retracts")) {
        JsonNode before =
            standing.remove(new String(record.key(), UTF_8) + " " + retracted.path("start"));
        assertThat(before.path("revision")).isEqualTo(retracted.path("revision"));
        revised++;
      }
      assertThat(standing.put(pane, value)).as(pane).isNull();
    }
    return revised;
  }
}
