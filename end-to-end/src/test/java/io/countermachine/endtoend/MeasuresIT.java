package io.countermachine.endtoend;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countermachine.catalog.Feature;
import io.countermachine.catalog.Group;
import io.countermachine.client.ServiceProcess;
import io.countermachine.local.process.Await;
import io.countermachine.local.verification.ExpectedValues.Entry;
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
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests each kind of measure at each kind of interval, and formulas over them, through broker, job,
 * store and service. Every feature of every key is compared with a recomputation from the raw
 * lines.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MeasuresIT {
  private static final String CATALOG =
      """
      timestamps: {unit: seconds, maxAhead: 1m}
      deduplicate: {field: eventId, within: 1h}
      events:
        view: {}
        like: {}
        timespent: {value: durationMs}
        long_view: {of: timespent, where: 'durationMs >= 800 and country in ["DE", "AT"]'}
        engage: {of: [like, view], weight: {like: 3, view: 0.25}}
        paid: {of: view, weight: log1p(price)}
        twice: {of: engage, weight: 2}
      intervals: [10m, 1h, lifetime, last_10m, last_1m, session_30m]
      windows: {last_10m: {step: 1m}, each_1m: {keep: 6h}}
      groups:
        user:
          key: [userId]
          counts: [view, like, long_view, engage, paid, twice]
          sums: [timespent]
          uniques: {posts: {of: view, by: postId, error: 10%}}
          lists: {history: {of: [view, like], fields: [postId], keep: 20, within: 1h}}
        user_post: {key: [userId, postId], counts: [view], intervals: [1h, session_30m]}
        creator: {key: [creatorId], counts: [view, like], features: {ctr: like / view}}
        post:
          key: [postId]
          counts: [view, like]
          sums: {timespent: timespent, scored: {of: long_view, intervals: [1h]}}
          stats: {dwell: {of: timespent, give: [mean, stddev, min, max, p50, p95], error: 2%}}
          histograms:
            countries: {of: view, by: country, keep: 3}
            hours: {of: view, by: hour(eventTs), keep: 24}
            clients: {of: engage, by: userId, keep: 2, intervals: [1h, lifetime]}
          uniques:
            viewers: {of: view, by: userId, error: 5%}
            fans: {of: engage, by: userId, error: 30%}
          lists:
            recent: {of: [view, like], fields: [userId, eventName, price], keep: 10, within: 90m, distinct: userId}
            latest: {of: engage, fields: [eventTs, country, eventName], keep: 5}
          firsts: {created: {of: view, field: eventTs}, origin: {of: view, field: country}}
          lasts: {device: {of: view, field: device}}
          features:
            ctr: like / view
            safe: "wilson(like, view)"
            fair: "smooth(like, view, prior: creator.ctr.1h ?? 0.05, weight: 20)"
            trend: rate(view.10m) / rate(view.last_10m)
            lift: ctr.1h / site.ctr.1h
            hot: log1p(like.10m) ?? 0
            many: "if(view.lifetime >= 10 and not (like.lifetime == 0), 1, 0)"
            calm: "clamp(dwell_mean.1h, 100, 500) ?? -1"
            here: countries[country].lifetime
            local: "share(countries[country].1h)"
            spread: entropy(countries.lifetime)
            places: size(countries.lifetime)
            each: view / viewers
            seen: "contains(recent, userId)"
            fresh: age(recent) ?? -1
        site:
          key: []
          counts: [view, like]
          sums: [timespent]
          histograms: {devices: {of: view, by: device, keep: 2}}
          stats: {stay: {of: timespent, give: [mean, stddev, min, max]}}
          uniques: {users: {of: view, by: userId}}
          features: {ctr: like / view}
          intervals: [1h, lifetime, each_1m, last_1m, session_30m]
      """;

  private static final String NEWER =
      CATALOG
          .replace(
              "counts: [view], intervals: [1h, session_30m]", "counts: [view], intervals: [1h, 7d]")
          .replace(
              "sums: {timespent: timespent,", "sums: {watched: timespent, timespent: timespent,")
          .replace(
              "ctr: like / view\n      safe",
              "lately: watched / view\n      ctr: like / view\n      safe")
          .replace(
              "  site:\n", "  device: {key: [device], counts: [view], intervals: [1h]}\n  site:\n");

  private static final long START_SECONDS = 1_707_605_599L;
  private static final int HOURS = 3;
  private static final int EVENTS = 3_000;
  private static final int CREATORS = 5;

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final double TOLERANCE = 1e-9;

  /** The user in the request for all posts. */
  private static final String VISITOR = "u1";

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> BROKEN =
      List.of(
          "{\"eventName\":\"view\",\"eventTs\":",
          "{\"eventName\":\"engage\",\"eventTs\":1,\"userId\":\"u1\"}",
          "{\"eventName\":\"timespent\",\"eventTs\":1,\"userId\":\"u1\"}",
          "{\"eventName\":\"like\",\"eventTs\":1,\"userId\":\"\"}");

  @TempDir private static Path folder;
  private static ComparedStack stack;
  private static RunningStack running;
  private static Recomputation expected;
  private static final Set<String> seenIds = new HashSet<>();
  private static final TreeMap<Long, Double> viewsByMinute = new TreeMap<>();

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

  private static List<byte[]> events(long seed, long fromSeconds) {
    return ComparedStack.events(
        seed,
        fromSeconds,
        HOURS,
        EVENTS,
        (random, time, id) ->
            random.nextInt(100) < BROKEN.size()
                ? BROKEN.get(random.nextInt(BROKEN.size()))
                : event(random, time, id));
  }

  private static String event(Random random, long time, String id) {
    ObjectNode event = JSON.createObjectNode();
    event.put("eventName", List.of("view", "view", "like", "timespent").get(random.nextInt(4)));
    event.put("eventTs", time);
    event.put("eventId", id);
    int post = rank(random, 60);
    event.put("postId", "p" + post);
    event.put("creatorId", creator("p" + post));
    int user = rank(random, 150);
    if (user % 2 == 0) {
      event.put("userId", user);
    } else {
      event.put("userId", "u" + user);
    }
    event.put("durationMs", Math.exp(6 + random.nextGaussian()));
    switch (random.nextInt(8)) {
      case 0 -> event.putNull("country");
      case 1 -> event.put("country", 43);
      case 2 -> event.put("country", 4.5);
      case 3 -> event.put("country", "other");
      case 4 -> event.put("country", "AT");
      default -> event.put("country", List.of("DE", "FR", "US", "BR").get(rank(random, 4) - 1));
    }
    if (random.nextInt(3) > 0) {
      event.put("price", random.nextInt(1_000) / 8.0);
    }
    event.put("device", List.of("phone", "desktop", "tv").get(rank(random, 3) - 1));
    return event.toString();
  }

  /** Approximately Zipf's law, from 1. */
  private static int rank(Random random, int bound) {
    return Math.min(bound, (int) Math.pow(bound + 1, random.nextDouble()));
  }

  private static String creator(String post) {
    return "c" + Integer.parseInt(post.substring(1)) % CREATORS;
  }

  private static void ingest(List<byte[]> lines) throws IOException {
    stack.ingest(lines);
    for (byte[] line : lines) {
      if (!BROKEN.contains(new String(line, UTF_8))) {
        JsonNode event = JSON.readTree(line);
        boolean isNew = seenIds.add(event.path("eventId").asText());
        if (isNew && event.path("eventName").asText().equals("view")) {
          long minute = event.path("eventTs").asLong() / 60 * 60_000;
          viewsByMinute.merge(minute, 1.0, Double::sum);
        }
      }
    }
  }

  /** The newest instant of all events, epoch milliseconds. */
  private static long newest() {
    return expected.lastUpdate(new Recomputation.Key("site", "*"));
  }

  @Test
  @Order(1)
  void everyFeatureOfEveryKey_isReadAsRecomputed() throws IOException {
    ingest(events(42, START_SECONDS));

    // Within windows and sessions, at the edge of a pane, when they have just ended, and long
    // after.
    assertFeatures(newest());
    assertFeatures(newest() + 37_500);
    assertFeatures((newest() / 600_000 + 1) * 600_000);
    assertFeatures(newest() + 3 * 3_600_000);
  }

  @Test
  @Order(2)
  void before_everyFeatureIsAsOfTheNewestEvent_andSaysSo() {
    assertFeatures(START_SECONDS * 1_000 - 10_000);
  }

  @Test
  @Order(3)
  void keysThatAreMissingOrUnknown_haveStatusesOfTheirOwn() {
    Group post = running.catalog().group("post").orElseThrow();
    List<String> names = post.features().stream().map(Feature::name).toList();
    ArrayNode candidates = JSON.createArrayNode();
    candidates.addObject();
    candidates
        .addObject()
        .put("postId", "nowhere")
        .put("creatorId", "c1")
        .put("country", "DE")
        .put("userId", "u1");
    candidates.addObject().put("postId", "p1").put("creatorId", "c1").put("userId", "u1");
    JsonNode results = running.ask(names, candidates, newest()).path("results");
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      boolean hasDefault = Set.of("post.hot", "post.calm", "post.fresh").contains(name);
      assertThat(results.path(0).path("statuses").path(i).asText())
          .as("%s without a key", name)
          .isEqualTo(hasDefault ? "OK" : "NO_KEY");
      assertThat(results.path(1).path("statuses").path(i).asText())
          .as("%s of nothing", name)
          .isEqualTo(Set.of("post.calm", "post.fresh").contains(name) ? "OK" : "NOT_FOUND");
      JsonNode unknown = results.path(1).path("values").path(i);
      if (post.features().get(i).origin() instanceof Feature.Stored stored) {
        Output output = post.itemSchema().output(stored.output());
        switch (output.form()) {
          case DECAYING -> assertThat(unknown.asDouble(-1)).as(name).isZero();
          case LABELS -> assertThat(unknown).as(name).isEqualTo(JSON.createObjectNode());
          case LIST -> assertThat(unknown).as(name).isEqualTo(JSON.createArrayNode());
          default -> assertThat(unknown.isNull()).as(name).isTrue();
        }
      }
      boolean needsCountry = Set.of("post.here", "post.local").contains(name);
      assertThat(results.path(2).path("statuses").path(i).asText().equals("NO_KEY"))
          .as("%s without a country", name)
          .isEqualTo(needsCountry);
    }
  }

  @Test
  @Order(4)
  void series_isTheCountOfEachMinute() throws IOException {
    long from = viewsByMinute.firstKey();
    byte[] answer =
        given()
            .baseUri(running.service())
            .get(
                "/v1/groups/site/*/series?measure=view&step=1m&from=%d&to=%d"
                    .formatted(from, newest() / 60_000 * 60_000 + 60_000))
            .then()
            .statusCode(200)
            .extract()
            .asByteArray();
    JsonNode series = JSON.readTree(answer);
    assertThat(series.path("status").asText()).isEqualTo("OK");
    long start = from;
    int withViews = 0;
    for (JsonNode pane : series.path("panes")) {
      assertThat(pane.path("start").asLong()).isEqualTo(start);
      double views = viewsByMinute.getOrDefault(start, 0.0);
      assertThat(pane.path("value").asDouble(-1)).as("minute %d", start).isEqualTo(views);
      withViews += views > 0 ? 1 : 0;
      start += 60_000;
    }
    assertThat(withViews).isEqualTo(viewsByMinute.size());
  }

  @Test
  @Order(5)
  void whatTheJobDoesNotCountYet_isNotCounted_whereTheServiceKnowsItAlready() throws IOException {
    Path newer = Files.writeString(folder.resolve("newer.yaml"), NEWER);
    try (ServiceProcess service =
        ServiceProcess.start(
            folder.resolve("newer"),
            List.of(
                "--counter-machine.catalog=" + newer,
                "--counter-machine.dynamodb.endpoint=" + running.stack().dynamoDb().endpoint(),
                "--counter-machine.dynamodb.attempt-timeout=1500ms",
                "--counter-machine.dynamodb.call-timeout=4s",
                "--counter-machine.request.deadline=2s"))) {
      List<String> names =
          List.of(
              "post.view.1h",
              "post.watched.1h",
              "post.lately.1h",
              "user_post.view.1h",
              "user_post.view.7d",
              "device.view.1h");
      ArrayNode candidates = JSON.createArrayNode();
      candidates.addObject().put("postId", "p1").put("userId", "u1").put("device", "phone");
      AtomicReference<JsonNode> result = new AtomicReference<>();
      Await.until(
          "the item of what the job counts",
          LIMIT,
          () -> {
            result.set(
                RunningStack.ask(service.address().toString(), names, candidates, newest())
                    .path("results")
                    .path(0));
            return result.get().path("statuses").path(1).asText().equals("NOT_COUNTED");
          });
      assertThat(texts(result.get().path("statuses")))
          .containsExactly("OK", "NOT_COUNTED", "NOT_COUNTED", "OK", "NOT_COUNTED", "NOT_COUNTED");
      assertThat(result.get().path("values").path(1).isNull()).isTrue();
      assertThat(result.get().path("values").path(0).asDouble()).isPositive();
    }
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(element -> texts.add(element.asText()));
    return texts;
  }

  @Test
  @Order(6)
  void restoredJob_goesOn_inPackedItems() throws IOException {
    running.stack().jobProcess().close();
    Files.writeString(folder.resolve("catalog.yaml"), CATALOG + "storage: {format: packed}\n");
    running.stack().restartJob();
    ingest(events(43, START_SECONDS + HOURS * 3_600));

    assertThat(running.table().values())
        .anyMatch(item -> item.containsKey("packed") && !item.containsKey("counts"))
        .anyMatch(item -> item.containsKey("counts"));
    assertFeatures(newest() + 1_000);
    assertFeatures(START_SECONDS * 1_000);
  }

  private static void assertFeatures(long asOf) {
    stack.askForEveryKey(
        asOf,
        group -> group.features().stream().map(Feature::name).toList(),
        MeasuresIT::candidate,
        (group, key, result) -> assertResult(group, key, asOf, result));
  }

  private static ObjectNode candidate(Group group, String key) {
    ObjectNode candidate = JSON.createObjectNode().put("country", "DE");
    String[] values = key.split("\\|", -1);
    for (int i = 0; i < group.keyFields().size(); i++) {
      candidate.put(group.keyFields().get(i), values[i]);
    }
    if (group.name().equals("post")) {
      candidate.put("creatorId", creator(key));
      candidate.put("userId", VISITOR);
    }
    return candidate;
  }

  private static void assertResult(Group group, Recomputation.Key key, long asOf, JsonNode result) {
    String found = asOf < expected.lastUpdate(key) ? "NEWER" : "OK";
    for (int i = 0; i < group.features().size(); i++) {
      Feature feature = group.features().get(i);
      JsonNode value = result.path("values").path(i);
      String status = result.path("statuses").path(i).asText();
      String what = "%s of %s at %d".formatted(feature.name(), key, asOf);
      if (feature.origin() instanceof Feature.Stored) {
        assertThat(stack.storedFault(group, key, feature, asOf, value)).isEmpty();
        assertThat(status).as(what).isEqualTo(value.isNull() ? "UNDEFINED" : found);
      } else {
        OptionalDouble formula = formula(feature, key, asOf, result);
        if (formula.isEmpty()) {
          assertThat(value.isNull()).as("%s: %s", what, value).isTrue();
          assertThat(status).as(what).isEqualTo("UNDEFINED");
        } else {
          assertThat(value.isNumber()).as("%s: %s", what, value).isTrue();
          double right = formula.getAsDouble();
          assertThat(value.asDouble())
              .as(what)
              .isCloseTo(right, within(TOLERANCE * Math.max(1, Math.abs(right))));
          boolean isDefault =
              Set.of("post.calm", "post.fresh").contains(feature.name()) && right == -1;
          // Another group's item may be newer than this one.
          assertThat(status)
              .as(what)
              .isIn(isDefault ? "OK" : found, takesOthers(feature) ? "NEWER" : found);
        }
      }
    }
  }

  private static boolean takesOthers(Feature feature) {
    return feature.name().startsWith("post.fair") || feature.name().equals("post.lift");
  }

  private static List<Entry> entries(Recomputation.Key key, String output, long asOf) {
    Group group = running.catalog().group(key.group()).orElseThrow();
    return expected.entries(
        key, group.itemSchema().output(group.itemSchema().outputIndex(output)), asOf);
  }

  /** Hours since the newest entry, or since the only one; empty if there is none. */
  private static OptionalDouble age(Recomputation.Key key, String output, long asOf) {
    List<Entry> entries = entries(key, output, asOf);
    return entries.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            (Math.max(asOf, expected.lastUpdate(key)) - entries.get(0).atMillis()) / 3_600_000.0);
  }

  /** The expected value of an output; NaN if it is undefined. */
  private static double number(Recomputation.Key key, String measure, String label, long asOf) {
    Group group = running.catalog().group(key.group()).orElseThrow();
    Output output = group.itemSchema().output(group.itemSchema().outputIndex(measure));
    Interval interval =
        group.schema().intervals().stream()
            .filter(each -> each.label().equals(label))
            .findFirst()
            .orElseThrow();
    if (expected.events(key) == 0) {
      return 0;
    }
    Range range = expected.number(key, output, interval, asOf);
    return range.isUndefined() ? Double.NaN : (range.low() + range.high()) / 2;
  }

  /** The quotient of likes and views; empty without views. */
  private static OptionalDouble ctr(Recomputation.Key key, String label, long asOf) {
    double views = number(key, "view", label, asOf);
    return views == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(number(key, "like", label, asOf) / views);
  }

  /** The formulas of the catalog, implemented a second time. */
  private static OptionalDouble formula(
      Feature feature, Recomputation.Key key, long asOf, JsonNode result) {
    String[] name = feature.name().split("\\.", -1);
    String label = name.length > 2 ? name[2] : "";
    if (label.equals("age")) {
      return age(key, name[1], asOf);
    }
    if (label.equals("size")) {
      return OptionalDouble.of(entries(key, name[1], asOf).size());
    }
    return switch (name[1]) {
      case "each" -> {
        double users = number(key, "viewers", label, asOf);
        yield users == 0
            ? OptionalDouble.empty()
            : OptionalDouble.of(number(key, "view", label, asOf) / users);
      }
      case "seen" ->
          OptionalDouble.of(
              entries(key, "recent", asOf).stream()
                      .anyMatch(entry -> VISITOR.equals(entry.fields().get(0)))
                  ? 1
                  : 0);
      case "fresh" -> OptionalDouble.of(age(key, "recent", asOf).orElse(-1));
      case "ctr" -> ctr(key, label, asOf);
      case "safe" -> wilson(key, label, asOf);
      case "fair" -> {
        Recomputation.Key creator = new Recomputation.Key("creator", creator(key.key()));
        double prior = ctr(creator, "1h", asOf).orElse(0.05);
        double likes = number(key, "like", label, asOf);
        yield OptionalDouble.of((likes + 20 * prior) / (number(key, "view", label, asOf) + 20));
      }
      case "trend" -> {
        double last = number(key, "view", "last_10m", asOf);
        yield last == 0
            ? OptionalDouble.empty()
            : OptionalDouble.of(number(key, "view", "10m", asOf) / last);
      }
      case "lift" -> {
        OptionalDouble own = ctr(key, "1h", asOf);
        OptionalDouble all = ctr(new Recomputation.Key("site", "*"), "1h", asOf);
        yield own.isEmpty() ? own : OptionalDouble.of(own.getAsDouble() / all.orElseThrow());
      }
      case "hot" -> OptionalDouble.of(Math.log1p(number(key, "like", "10m", asOf)));
      case "many" -> {
        boolean many =
            number(key, "view", "lifetime", asOf) >= 10 - TOLERANCE
                && number(key, "like", "lifetime", asOf) > 0;
        yield OptionalDouble.of(many ? 1 : 0);
      }
      case "calm" -> {
        double mean = number(key, "dwell_mean", "1h", asOf);
        yield OptionalDouble.of(Double.isNaN(mean) ? -1 : Math.max(100, Math.min(500, mean)));
      }
      case "here" -> OptionalDouble.of(countries(result, "lifetime").path("DE").asDouble(0));
      case "local" -> share(countries(result, "1h"));
      case "spread" -> entropy(countries(result, "lifetime"));
      case "places" -> OptionalDouble.of(countries(result, "lifetime").size());
      default -> throw new AssertionError(feature.name() + " is not written again here");
    };
  }

  private static OptionalDouble wilson(Recomputation.Key key, String label, long asOf) {
    double n = number(key, "view", label, asOf);
    double k = Math.min(n, number(key, "like", label, asOf));
    double z = 1.96;
    return n == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            (k + z * z / 2 - z * Math.sqrt(k * (n - k) / n + z * z / 4)) / (n + z * z));
  }

  /** A histogram in a response. Its numbers are compared with the recomputation elsewhere. */
  private static JsonNode countries(JsonNode result, String label) {
    List<Feature> features = running.catalog().group("post").orElseThrow().features();
    for (int i = 0; i < features.size(); i++) {
      if (features.get(i).name().equals("post.countries." + label)) {
        return result.path("values").path(i);
      }
    }
    throw new AssertionError("there is no post.countries." + label);
  }

  private static double sum(JsonNode labels) {
    double sum = 0;
    for (JsonNode value : labels) {
      sum += value.asDouble();
    }
    return sum;
  }

  private static OptionalDouble share(JsonNode labels) {
    return labels.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(labels.path("DE").asDouble(0) / sum(labels));
  }

  private static OptionalDouble entropy(JsonNode labels) {
    double entropy = 0;
    for (JsonNode value : labels) {
      double share = value.asDouble() / sum(labels);
      entropy -= share * Math.log(share);
    }
    return labels.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(entropy);
  }
}
