package io.countermachine.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countermachine.catalog.Feature;
import io.countermachine.catalog.Group;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.TopicReader;
import io.countermachine.local.verification.ExpectedValues.Range;
import io.countermachine.local.verification.Recomputation;
import io.countermachine.measure.Interval;
import io.countermachine.measure.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests each verb with late, duplicate and out-of-order events through broker, job, store and
 * service. Every feature of every key is compared with a recomputation from the raw lines.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DerivedEventsIT {
  private static final String CATALOG =
      """
      timestamps: {unit: seconds, maxAhead: 1m}
      deduplicate: {field: eventId, within: 1h}
      lateness: 1h
      events:
        view: {}
        like: {}
        timespent: {value: durationMs}
        long_view: {of: timespent, where: durationMs >= 400}
        big_like: {of: like, weight: stars}
        unlike: {undoes: like, by: [userId, postId], within: 2h}
        first_view: {of: view, once: [userId, postId], within: 20m}
        first_long: {of: [view, long_view], where: stars >= 2, weight: stars, once: [userId], within: 10m}
        skip: {of: view, where: 'country != "FR"', without: [like, long_view], by: [userId, postId], within: 5m}
        dear_skip: {of: skip, where: stars >= 2, weight: 2}
        quick_like: {of: view, then: like, by: [userId, postId], within: 5m}
        again: {of: view, then: view, by: [userId], within: 1m}
        visit: {session: [view, like, unlike, long_view], by: [userId], gap: 5m, most: 30m, emit: sessions}
        long_visit: {of: visit, where: events >= 4 and view > 1}
        watch: {session: [view], by: [userId], gap: 10m, emit: {to: watches, when: 3 events}}
        look: {session: [view], by: [userId], gap: 10m, emit: {to: looks, when: every 10s}}
        sure_skip: {of: view, where: 'country != "FR"', without: [like, long_view], by: [userId, postId], within: 5m, settle: after}
        sure_first: {of: view, once: [userId, postId], within: 20m, settle: after}
        sure_quick: {of: view, then: like, by: [userId, postId], within: 5m, settle: after}
        sure_visit: {session: [view, like, unlike], by: [userId], gap: 5m, most: 30m, settle: after}
      intervals: [1h, lifetime]
      windows: {each_1m: {keep: 6h, emit: {series: minutes}}}
      groups:
        user:
          key: [userId]
          counts: [view, like, unlike, timespent, long_view, big_like, first_view, first_long, visit, long_visit, watch, look, again]
          sums: {length: visit}
          stats: {visit_length: {of: visit, give: [mean], intervals: [lifetime]}}
          intervals: [1h, lifetime, session_30m]
        post:
          key: [postId]
          counts: [like, skip, dear_skip, quick_like, first_view]
          sums: {wait: quick_like}
          histograms: {countries: {of: first_view, by: country, keep: 5}}
          features: {skipped: skip / first_view}
        viewer: {key: [userId], counts: [view, visit, quick_like], intervals: [lifetime, session_30m]}
        settled:
          key: [userId]
          counts: [sure_skip, sure_first, sure_quick, sure_visit]
          uniques: {skipped: {of: sure_skip, by: postId}}
          stats: {wait: {of: sure_quick, give: [min, max], intervals: [lifetime]}}
          lists: {skips: {of: sure_skip, fields: [postId, country], keep: 10}}
          firsts: {began: {of: sure_visit, field: start}}
          lasts: {stayed: {of: sure_visit, field: events}}
        post_minutes: {key: [postId], counts: [view, like, skip], sums: [timespent], intervals: [lifetime, each_1m]}
        site: {key: [], counts: [view, like, big_like, skip, visit], intervals: [lifetime]}
      """;

  private static final long START_SECONDS = 1_707_605_599L;
  private static final int HOURS = 2;
  private static final int EVENTS = 3_000;

  /** After the last line, everything is closed and readable within this time. */
  private static final Duration CLOSED_WITHIN = Duration.ofMinutes(2);

  /** More polls, one per second, than the seconds between two checkpoints. */
  private static final int QUIET_POLLS = 15;

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String BROKEN = "{\"eventName\":\"visit\",\"eventTs\":1,\"userId\":\"u1\"}";

  @TempDir private static Path folder;
  private static ComparedStack stack;
  private static RunningStack running;
  private static Recomputation expected;
  private static final List<byte[]> ingested = new ArrayList<>();

  @BeforeAll
  static void start() throws IOException {
    stack = ComparedStack.start(folder, CATALOG);
    running = stack.running();
    expected = stack.expected();
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  /** When a user views two posts: long enough before the last event that event time passes it. */
  private static final long WALK_SECONDS = START_SECONDS + HOURS * 3_600 - 500;

  private static final int WALK_LASTS_SECONDS = 4;

  private static List<byte[]> events(long seed, long fromSeconds) {
    return ComparedStack.events(
        seed,
        fromSeconds,
        HOURS,
        EVENTS,
        (random, time, id) -> random.nextInt(300) == 0 ? BROKEN : event(random, time, id));
  }

  private static String event(Random random, long time, String id) {
    ObjectNode event = JSON.createObjectNode();
    List<String> names = List.of("view", "view", "view", "like", "like", "unlike", "timespent");
    event.put("eventName", names.get(random.nextInt(names.size())));
    event.put("eventTs", time);
    event.put("eventId", id);
    event.put("postId", "p" + random.nextInt(6));
    int user = random.nextInt(20);
    if (user % 2 == 0) {
      event.put("userId", user);
    } else {
      event.put("userId", "u" + user);
    }
    event.put("durationMs", random.nextInt(1_000));
    event.put("country", List.of("DE", "FR", "US").get(random.nextInt(3)));
    if (random.nextInt(3) > 0) {
      event.put("stars", 1 + random.nextInt(3));
    }
    return event.toString();
  }

  /** Inserts the two views before all events that are newer than the first of them. */
  private static List<byte[]> withWalk(List<byte[]> lines) throws IOException {
    int newer = 0;
    while (JSON.readTree(lines.get(newer)).path("eventTs").asLong() <= WALK_SECONDS) {
      newer++;
    }
    List<byte[]> all = new ArrayList<>(lines);
    for (long time : List.of(WALK_SECONDS + WALK_LASTS_SECONDS, WALK_SECONDS)) {
      String view =
          "{\"eventName\":\"view\",\"eventTs\":%d,\"userId\":\"walker\",\"postId\":\"p1\",\"eventId\":\"w%d\"}";
      all.add(newer, view.formatted(time, time).getBytes(UTF_8));
    }
    return all;
  }

  private static void ingest(List<byte[]> lines) {
    ingested.addAll(lines);
    stack.ingest(lines);
  }

  @Test
  @Order(1)
  void everyFeatureOfEveryKey_isReadAsRecomputed() throws IOException {
    ingest(withWalk(events(19, START_SECONDS)));
    awaitFeatures(START_SECONDS * 1_000 + HOURS * 3_600_000L + 60_000);
    awaitFeatures(START_SECONDS * 1_000 + HOURS * 3_600_000L + 7_200_000);
  }

  @Test
  @Order(2)
  void restoredJob_goesOn_withWhatVerbsKeep() {
    running.stack().jobProcess().close();
    running.stack().restartJob();
    ingest(events(20, START_SECONDS + 4 * 3_600));
    awaitFeatures(START_SECONDS * 1_000 + 7 * 3_600_000L);
  }

  /**
   * Each session must appear once in the committed records, without the sessions that later records
   * retract.
   */
  @Test
  @Order(3)
  void sessionsOfTheTopic_areThoseThatAreCounted() throws IOException {
    List<JsonNode> sessions = committed("sessions");
    assertThat(sessions)
        .extracting(session -> session.path("reason").asText())
        .doesNotContain("open");
    assertNumbers("visit", sessions);
  }

  @Test
  @Order(4)
  void openSessionsOfTheTopic_areReplacedByThoseThatAreCounted_whenSoManyEventsCame()
      throws IOException {
    assertReplaced("watch", committed("watches"));
  }

  /**
   * The views must be read before event time passes the ten seconds that they are in. With the last
   * event, event time is between those and the end of the gap, so one record contains both views of
   * the open session. When no more events come, event time follows the clock, and the session is
   * closed.
   */
  @Test
  @Order(5)
  void openSessionsOfTheTopic_areReplacedByThoseThatAreCounted_asTimePasses() throws IOException {
    List<JsonNode> sessions = committed("looks");
    assertReplaced("look", sessions);
    long start = WALK_SECONDS * 1_000;
    long end = start + WALK_LASTS_SECONDS * 1_000;
    String head =
        "{'event':'look','userId':'walker','start':%d,'end':%d,'durationMs':4000,'counts':{'view':2},"
            .formatted(start, end);
    assertThat(sessions)
        .filteredOn(session -> session.path("userId").asText().equals("walker"))
        .extracting(session -> session.toString().replace('"', '\''))
        .containsExactly(
            head + "'reason':'open','revision':0}",
            head
                + "'reason':'gap','revision':1,'retracts':[{'start':%d,'end':%d,'revision':0}]}"
                    .formatted(start, end));
  }

  /** Everything that was emitted for open sessions must be retracted in the end. */
  private static void assertReplaced(String event, List<JsonNode> sessions) {
    Map<String, JsonNode> standing = new TreeMap<>();
    for (JsonNode session : sessions) {
      for (JsonNode retracted : session.path("retracts")) {
        assertThat(standing.remove(id(session, retracted))).as("%s", session).isNotNull();
      }
      assertThat(standing.put(id(session, session), session)).as("%s", session).isNull();
    }
    assertThat(standing.values())
        .extracting(session -> session.path("reason").asText())
        .containsOnly("gap");
    assertThat(sessions).extracting(session -> session.path("reason").asText()).contains("open");
    assertNumbers(event, sessions);
  }

  /** What identifies a session for a consumer: its user, its instants, and its revision. */
  private static String id(JsonNode session, JsonNode instants) {
    return "%s %s-%s %s"
        .formatted(
            session.path("userId").asText(),
            instants.path("start"),
            instants.path("end"),
            instants.path("revision"));
  }

  /** For each user, the number of remaining sessions must equal the counted number. */
  private static void assertNumbers(String event, List<JsonNode> sessions) {
    Map<String, Integer> byUser = new TreeMap<>();
    for (JsonNode session : sessions) {
      assertThat(session.path("event").asText()).isEqualTo(event);
      assertThat(session.path("durationMs").asLong())
          .isEqualTo(session.path("end").asLong() - session.path("start").asLong());
      byUser.merge(
          session.path("userId").asText(), 1 - session.path("retracts").size(), Integer::sum);
    }
    Group user = running.catalog().group("user").orElseThrow();
    Output visits = user.itemSchema().output(user.itemSchema().outputIndex(event));
    Interval lifetime = user.schema().intervals().get(user.schema().intervalIndex("lifetime"));
    for (Recomputation.Key key : expected.keys()) {
      if (key.group().equals("user")) {
        Range range =
            expected.number(key, visits, lifetime, START_SECONDS * 1_000 + 9 * 3_600_000L);
        assertThat(range.contains(byUser.getOrDefault(key.key(), 0)))
            .as("%s has %s, expected %s", key, byUser.get(key.key()), range)
            .isTrue();
      }
    }
  }

  /** The committed records, after the last transaction was committed by a checkpoint. */
  private static List<JsonNode> committed(String topic) throws IOException {
    List<JsonNode> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        TopicReader.consumer(TopicReader.client(running.stack().broker().bootstrapServers()))) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(partition -> new TopicPartition(topic, partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      int quiet = 0;
      while (quiet < QUIET_POLLS) {
        int before = records.size();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          records.add(JSON.readTree(record.value()));
        }
        quiet = records.size() > before || records.isEmpty() ? 0 : quiet + 1;
      }
    }
    return records;
  }

  /**
   * For each post and minute, the last record must contain what was counted, including events that
   * verbs made.
   */
  @Test
  @Order(6)
  void seriesOfTheTopic_areWhatIsCounted() throws IOException {
    Map<String, JsonNode> standing = new TreeMap<>();
    for (JsonNode pane : committed("minutes")) {
      assertThat(pane.path("group").asText()).isEqualTo("post_minutes");
      String post = pane.path("postId").asText();
      for (JsonNode retracted : pane.path("retracts")) {
        JsonNode before = standing.remove(post + " " + retracted.path("start"));
        assertThat(before.path("revision")).isEqualTo(retracted.path("revision"));
      }
      assertThat(standing.put(post + " " + pane.path("start"), pane)).as("%s", pane).isNull();
    }
    Map<String, Double> found = new TreeMap<>();
    for (JsonNode pane : standing.values()) {
      pane.path("counts")
          .fields()
          .forEachRemaining(
              count ->
                  found.merge(
                      pane.path("postId").asText() + " " + count.getKey(),
                      count.getValue().asDouble(),
                      Double::sum));
    }
    Group group = running.catalog().group("post_minutes").orElseThrow();
    Interval lifetime = group.schema().intervals().get(group.schema().intervalIndex("lifetime"));
    for (Recomputation.Key key : expected.keys()) {
      if (key.group().equals(group.name())) {
        for (Output output : group.itemSchema().outputs()) {
          Range range =
              expected.number(key, output, lifetime, START_SECONDS * 1_000 + 9 * 3_600_000L);
          Double counted = found.getOrDefault(key.key() + " " + output.name(), 0.0);
          assertThat(range.contains(counted))
              .as("%s of %s is %s, expected %s", output.name(), key, counted, range)
              .isTrue();
        }
      }
    }
    assertMinutes(standing);
  }

  /** Compares views and time by post and minute with the raw lines. */
  private static void assertMinutes(Map<String, JsonNode> standing) throws IOException {
    Map<String, Integer> views = new TreeMap<>();
    Set<String> ids = new HashSet<>();
    for (byte[] line : ingested) {
      JsonNode event = JSON.readTree(line);
      if (event.path("eventName").asText().equals("view")
          && ids.add(event.path("eventId").asText())) {
        long minute = event.path("eventTs").asLong() / 60 * 60_000;
        views.merge(event.path("postId").asText() + " " + minute, 1, Integer::sum);
      }
    }
    assertThat(views).isNotEmpty();
    views.forEach(
        (pane, count) ->
            assertThat(standing.get(pane).at("/counts/view").asInt()).as(pane).isEqualTo(count));
  }

  @Test
  @Order(7)
  void jobWithoutVerbs_startsFromTheSameState() throws IOException {
    running.stack().jobProcess().close();
    Files.writeString(
        folder.resolve("catalog.yaml"),
        """
        timestamps: {unit: seconds, maxAhead: 1m}
        deduplicate: {field: eventId, within: 1h}
        events: {view: {}, like: {}}
        intervals: [lifetime]
        groups:
          user: {key: [userId], counts: [view]}
        """);
    double before = view("u1");
    running.stack().restartJob();
    running.ingest(
        List.of(
            "{\"eventName\":\"view\",\"eventTs\":%d,\"userId\":\"u1\"}"
                .formatted(START_SECONDS + 8 * 3_600)
                .getBytes(UTF_8)));
    Await.until("the view is counted", CLOSED_WITHIN, () -> view("u1") == before + 1);
  }

  private static double view(String user) {
    ArrayNode candidates = JSON.createArrayNode();
    candidates.addObject().put("userId", user);
    long later = START_SECONDS * 1_000 + 9 * 3_600_000L;
    return running
        .ask(List.of("user.view.lifetime"), candidates, later)
        .path("results")
        .path(0)
        .path("values")
        .path(0)
        .asDouble();
  }

  /** Waits until nothing differs: open sessions are closed without further traffic. */
  private static void awaitFeatures(long asOf) {
    long give = System.nanoTime() + CLOSED_WITHIN.toNanos();
    List<String> faults = faults(asOf);
    while (!faults.isEmpty() && System.nanoTime() < give) {
      faults = faults(asOf);
    }
    assertThat(faults).isEmpty();
  }

  private static List<String> faults(long asOf) {
    List<String> faults = new ArrayList<>();
    stack.askForEveryKey(
        asOf,
        group -> stored(group).stream().map(Feature::name).toList(),
        DerivedEventsIT::candidate,
        (group, key, result) -> {
          List<Feature> features = stored(group);
          for (int i = 0; i < features.size(); i++) {
            JsonNode value = result.path("values").path(i);
            stack.storedFault(group, key, features.get(i), asOf, value).ifPresent(faults::add);
          }
        });
    return faults;
  }

  private static List<Feature> stored(Group group) {
    return group.features().stream()
        .filter(feature -> feature.origin() instanceof Feature.Stored)
        .toList();
  }

  private static ObjectNode candidate(Group group, String key) {
    ObjectNode candidate = JSON.createObjectNode();
    group.keyFields().forEach(field -> candidate.put(field, key));
    return candidate;
  }
}
