package io.countermachine.local.traffic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.local.verification.Recomputation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrafficGeneratorTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long MINUTE = 1_707_605_580_000L;
  private static final int EVENTS = 10_000;
  private static final Pattern USER = Pattern.compile("\"userId\":\"(u\\d+)\"");
  private static final Pattern KEYS =
      Pattern.compile("\"userId\":\"(u\\d+)\",\"postId\":\"(p\\d+)\",\"creatorId\":\"(c\\d+)\"");
  private static final Pattern PLACE =
      Pattern.compile("\"userId\":\"(u\\d+)\".*\"country\":\"([A-Z]+)\"");
  private static final Pattern STAY = Pattern.compile("\"durationMs\":(\\d+)");
  private static final Pattern NAME = Pattern.compile("\"eventName\":\"([a-z]+)\"");

  @Test
  void traffic_isCountable_butForAFewBrokenEvents_andOnePostIsViral() {
    Catalog catalog = CatalogLoader.loadBundled();
    TrafficGenerator traffic = new TrafficGenerator(catalog, 1);
    Recomputation recomputation = new Recomputation(catalog);
    String viral =
        "\"postId\":\"" + TrafficKeys.keyOf("postId", TrafficGenerator.viralRank(MINUTE)) + "\"";
    int viralEvents = 0;
    for (int i = 0; i < EVENTS; i++) {
      byte[] event = traffic.next(MINUTE);
      recomputation.add(event, MINUTE);
      viralEvents += new String(event, UTF_8).contains(viral) ? 1 : 0;
    }
    // Half a per cent is invalid. Except for the bot's 3 %, 40 % are of the viral post. The limits
    // are six standard deviations.
    assertThat(recomputation.deadLetters().size()).isBetween(10, 95);
    assertThat(viralEvents).isBetween(3_560, 4_160);
  }

  @Test
  void traffic_hasTheCatalogsForm() {
    Catalog catalog =
        CatalogLoader.parse(
            "placed.yaml",
            """
            timestamps: {unit: iso8601}
            fields: {eventName: type, userId: actor.id, eventId: meta.id}
            deduplicate: {field: eventId, within: 1h}
            groups: {user: {key: [userId], counts: [view]}}
            """);
    TrafficGenerator traffic = new TrafficGenerator(catalog, 1);
    Recomputation recomputation = new Recomputation(catalog);
    for (int i = 0; i < EVENTS; i++) {
      recomputation.add(traffic.next(MINUTE), MINUTE);
    }
    assertThat(recomputation.deadLetters().size()).isBetween(10, 95);
    assertThat(recomputation.keys()).isNotEmpty();
  }

  private static Map<String, Integer> counts(Catalog catalog) {
    TrafficGenerator traffic = new TrafficGenerator(catalog, 1);
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < EVENTS; i++) {
      Matcher name = NAME.matcher(new String(traffic.next(MINUTE), UTF_8));
      if (name.find()) {
        counts.merge(name.group(1), 1, Integer::sum);
      }
    }
    return counts;
  }

  @Test
  void users_viewMuch_clickLess_andLikeSeldom() {
    Map<String, Integer> counts = counts(CatalogLoader.loadBundled());

    // Of 142 events: 100 views, 20 clicks, 15 times spent, 5 likes, of which 1 is taken back, and 1
    // comment. The limits are six standard deviations, and the lower one is half a per cent lower
    // because of invalid events.
    assertThat(counts.get("view")).isBetween(6_730, 7_320);
    assertThat(counts.get("click")).isBetween(1_190, 1_620);
    assertThat(counts.get("timespent")).isBetween(865, 1_240);
    assertThat(counts.get("like")).isBetween(240, 465);
    assertThat(counts.get("comment")).isBetween(20, 125);
    assertThat(counts.get("unlike")).isBetween(20, 125);
  }

  @Test
  void everyMeasureOfTheBundledCatalog_isFed() {
    Catalog catalog = CatalogLoader.loadBundled();
    TrafficGenerator traffic = new TrafficGenerator(catalog, 1);
    Recomputation recomputation = new Recomputation(catalog);
    for (int i = 0; i < EVENTS; i++) {
      recomputation.add(traffic.next(MINUTE), MINUTE);
    }
    for (Group group : catalog.groups()) {
      for (int measure = 0; measure < group.schema().measures().size(); measure++) {
        int index = measure;
        assertThat(recomputation.keys())
            .as("%s of %s", group.schema().measures().get(measure).name(), group.name())
            .anyMatch(
                key -> key.group().equals(group.name()) && recomputation.feeds(key, index) > 0);
      }
    }
  }

  @Test
  void users_areInOneCountry_andMostlyHaveOneDevice() {
    TrafficGenerator traffic = new TrafficGenerator(CatalogLoader.loadBundled(), 1);
    Map<String, Integer> countries = new HashMap<>();
    Map<String, Map<String, Integer>> byUser = new HashMap<>();
    for (int i = 0; i < EVENTS; i++) {
      Matcher place = PLACE.matcher(new String(traffic.next(MINUTE), UTF_8));
      if (place.find()) {
        countries.merge(place.group(2), 1, Integer::sum);
        byUser
            .computeIfAbsent(place.group(1), user -> new HashMap<>())
            .merge(place.group(2), 1, Integer::sum);
      }
    }
    // Half of the users, but a few regulars have a large weight.
    assertThat(countries.get("US")).isBetween(4_000, 6_000);
    assertThat(countries).hasSizeGreaterThan(6);
    int strays =
        byUser.values().stream()
            .mapToInt(
                counts ->
                    counts.values().stream().mapToInt(count -> count).sum()
                        - counts.values().stream().mapToInt(count -> count).max().orElseThrow())
            .sum();
    // One of fifty is abroad, half of those in the most frequent country. The limits are six
    // standard deviations.
    assertThat(strays).isBetween(20, 290);
  }

  @Test
  void stays_areMostlyShort_andAFewAreLong() {
    TrafficGenerator traffic = new TrafficGenerator(CatalogLoader.loadBundled(), 1);
    List<Integer> stays = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      Matcher stay = STAY.matcher(new String(traffic.next(MINUTE), UTF_8));
      if (stay.find()) {
        stays.add(Integer.parseInt(stay.group(1)));
      }
    }
    stays.sort(null);
    assertThat(stays.get(stays.size() / 2)).isBetween(3_000, 12_000);
    assertThat(stays.get(stays.size() * 99 / 100)).isGreaterThan(30_000);
  }

  @Test
  void eventsOfOtherNames_areAllSent() {
    Catalog catalog =
        CatalogLoader.parse(
            "other",
            """
            events: {bid: {}, sale: {}}
            groups: {item: {key: [itemId], counts: [bid, sale]}}
            """);

    Map<String, Integer> counts = counts(catalog);

    // Half each. The limits are six standard deviations.
    assertThat(counts.get("bid")).isBetween(4_670, 5_300);
    assertThat(counts.get("sale")).isBetween(4_670, 5_300);
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 200, 5_000})
  void users_actEveryOtherSecondAtMost_whateverTheRate(int rate) {
    TrafficGenerator traffic = new TrafficGenerator(CatalogLoader.loadBundled(), 1, rate);
    Map<String, Integer> viewsByUser = new HashMap<>();
    for (int second = 0; second < 60; second++) {
      for (int i = 0; i < rate; i++) {
        String event = new String(traffic.next(MINUTE + 1_000L * second), UTF_8);
        Matcher user = USER.matcher(event);
        // One kind of invalid event is a view, too.
        if (event.contains("\"view\"") && !event.contains("yesterday") && user.find()) {
          viewsByUser.merge(user.group(1), 1, Integer::sum);
        }
      }
    }
    // No user views a post in less than a second, and some users scroll.
    assertThat(viewsByUser.values()).allMatch(views -> views <= 60).anyMatch(views -> views >= 10);
    // Regulars are the same users in every minute, because the demo's call asks for the first of
    // them.
    assertThat(viewsByUser).containsKey("u1");
  }

  @Test
  void whatFollowsAView_isByTheSameUser_onTheSamePost_ofItsCreator() {
    TrafficGenerator traffic = new TrafficGenerator(CatalogLoader.loadBundled(), 1);
    Set<String> viewed = new HashSet<>();
    Map<String, String> creatorOfPost = new HashMap<>();
    int followed = 0;
    for (int i = 0; i < EVENTS; i++) {
      String event = new String(traffic.next(MINUTE), UTF_8);
      Matcher keys = KEYS.matcher(event);
      if (!keys.find()) {
        continue;
      }
      String creator = creatorOfPost.putIfAbsent(keys.group(2), keys.group(3));
      assertThat(creator).isIn(null, keys.group(3));
      String pair = keys.group(1) + " " + keys.group(2);
      if (event.contains("\"view\"")) {
        viewed.add(pair);
      } else if (!viewed.isEmpty()) {
        followed++;
        assertThat(viewed).contains(pair);
      }
    }
    assertThat(followed).isGreaterThan(1_000);
  }

  /** The valid events of a hundred seconds. They have an id. */
  private static List<JsonNode> events(Catalog catalog) throws IOException {
    TrafficGenerator traffic = new TrafficGenerator(catalog, 1);
    List<JsonNode> events = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      String line = new String(traffic.next(MINUTE + 10L * i), UTF_8);
      if (line.contains("\"eventId\"")) {
        events.add(JSON.readTree(line));
      }
    }
    return events;
  }

  @Test
  void unlikes_takeBackALikeOfThatUserAndPost() throws IOException {
    Map<String, Integer> standing = new HashMap<>();
    int undone = 0;
    Set<String> seen = new HashSet<>();
    for (JsonNode event : events(CatalogLoader.loadBundled())) {
      String pair = event.path("userId").asText() + " " + event.path("postId").asText();
      String name = event.path("eventName").asText();
      boolean again = !seen.add(event.path("eventId").asText());
      if (name.equals("like") && !again) {
        standing.merge(pair, 1, Integer::sum);
      } else if (name.equals("unlike") && !again && !pair.startsWith("bot ") && undone++ > 2) {
        // The first ones may find no like to take back.
        assertThat(standing.merge(pair, -1, Integer::sum)).as(pair).isNotNegative();
      }
    }
    assertThat(undone).isGreaterThan(20);
  }

  @Test
  void bot_actsAllTheTimeOnOnePost_whereARuleCanStopIt() throws IOException {
    Catalog catalog = CatalogLoader.loadBundled();
    List<JsonNode> ofBot =
        events(catalog).stream()
            .filter(event -> event.path("userId").asText().equals("bot"))
            .toList();
    // 3 %. The limits are six standard deviations.
    assertThat(ofBot.size()).isBetween(195, 405);
    assertThat(ofBot).allMatch(event -> event.path("postId").asText().equals("p13"));
    assertThat(BotRule.of(catalog)).contains(new BotRule("rules", "bots", "bot"));
  }

  @Test
  void botIsNotThere_whereNoRuleCouldStopIt() throws IOException {
    Catalog noList =
        CatalogLoader.parse(
            "c.yaml",
            """
            deduplicate: {field: eventId, within: 1h}
            rules: {topic: rules, lists: {spam: postId}}
            groups: {user_post: {key: [userId, postId], counts: [view]}}
            """);
    assertThat(events(noList))
        .hasSizeGreaterThan(EVENTS * 9 / 10)
        .noneMatch(event -> event.path("userId").asText().equals("bot"));
    assertThat(BotRule.of(noList)).isEmpty();
  }

  @Test
  void lateEvents_stillCorrectWhatVerbsMade() throws IOException {
    long latest =
        events(CatalogLoader.loadBundled()).stream()
            .mapToLong(event -> MINUTE + 10L * EVENTS - event.path("eventTs").asLong() * 1_000)
            .max()
            .orElseThrow();
    // Ten minutes, plus or minus the traffic's own length of 100 s and a part of a second.
    assertThat(latest).isBetween(500_000L, 701_000L);
  }

  @Test
  void past_isVisitsWithPausesBetween_inOrder_upToAPauseBeforeNow() throws IOException {
    List<byte[]> past = new TrafficGenerator(CatalogLoader.loadBundled(), 1).past(MINUTE);
    Map<String, List<Long>> byUser = new HashMap<>();
    long before = 0;
    for (byte[] line : past) {
      JsonNode event = JSON.readTree(line);
      long seconds = event.path("eventTs").asLong();
      assertThat(seconds)
          .isBetween(
              Math.max(before, (MINUTE - 6 * 1_800_000) / 1_000), (MINUTE - 1_800_000) / 1_000);
      before = seconds;
      byUser.computeIfAbsent(event.path("userId").asText(), user -> new ArrayList<>()).add(seconds);
    }
    assertThat(byUser).hasSize(100).containsKeys("u1", "u100");
    for (List<Long> seconds : byUser.values()) {
      int pauses = 0;
      for (int i = 1; i < seconds.size(); i++) {
        long gap = seconds.get(i) - seconds.get(i - 1);
        // During a visit, a stay is at most 90 s, and one omitted event may make it two stays.
        pauses += gap > 1_800 ? 1 : 0;
        assertThat(gap > 1_800 || gap <= 900).as("a gap of %d s", gap).isTrue();
      }
      assertThat(pauses).isBetween(1, 4);
    }
  }

  @Test
  void past_isNone_whereNothingMakesSessions_andNoDeadLetter_whereOldEventsAre() {
    assertThat(
            new TrafficGenerator(
                    CatalogLoader.parse(
                        "c.yaml", "groups: {user: {key: [userId], counts: [view]}}"),
                    1)
                .past(MINUTE))
        .isEmpty();
    Catalog catalog =
        CatalogLoader.parse(
            "c.yaml",
            """
            timestamps: {unit: seconds, maxBehind: 2h}
            events: {view: {}, visit: {session: view, by: [userId], gap: 30m}}
            groups: {user: {key: [userId], counts: [view, visit]}}
            """);
    Recomputation recomputation = new Recomputation(catalog);
    List<byte[]> past = new TrafficGenerator(catalog, 1).past(MINUTE);
    past.forEach(line -> recomputation.add(line, MINUTE + 60_000));
    assertThat(past).isNotEmpty();
    assertThat(recomputation.deadLetters()).isEmpty();
  }
}
