package io.countermachine.service.web;

import static io.countermachine.service.web.MeasureApi.add;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.item.CatalogItem;
import io.countermachine.measure.Counters;
import io.countermachine.measure.Occurrence;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Lists, firsts, lasts, extremes and unique counts through the API, with DynamoDB Local. The
 * expected values were calculated by hand.
 */
class EntriesApiIT {
  private static final String YAML =
      """
      timestamps: {unit: seconds}
      events: {view: {}, like: {}, spent: {value: ms}}
      windows: {last_1m: {step: 10s}}
      groups:
        user:
          key: [userId]
          counts: [view]
          uniques: {posts: {of: view, by: postId, error: 7%}}
          stats: {dwell: {of: spent, give: [min, max]}}
          lists:
            recent: {of: [view, like], fields: [postId, eventName, price], keep: 50, within: 1h}
            liked: {of: like, fields: [postId], keep: 2, distinct: postId}
          firsts: {created: {of: view, field: eventTs}, source: {of: view, field: source}}
          lasts: {device: {of: view, field: device}, price: {of: view, field: price}}
          intervals: [1h, lifetime, last_1m, session_30m]
          features:
            seen: contains(recent, postId)
            fresh: size(recent) / 50
            idle: age(recent) ?? -1
            since: age(created)
            phone: 'device == "phone"'
            after: device > source
            cheap: price <= 2
            mixed: price < device
            screen: device ?? "none"
            each: view.lifetime / posts.lifetime
            spread: view / posts
        post:
          key: [postId]
          counts: [view]
          intervals: [lifetime]
          features:
            known: "contains(user.recent, postId) or contains(user.liked, postId)"
            screen: user.device
      """;

  private static final Catalog CATALOG = CatalogLoader.parse("entries.yaml", YAML);

  /** The start of a minute. */
  private static final long T0 = 1_707_605_580_000L;

  private static final long SECOND = 1_000;
  private static final long MINUTE = 60_000;
  private static final long HOUR = 3_600_000;
  private static final long NEWEST = T0 + 40 * SECOND;
  private static final long ASOF = T0 + 70 * SECOND;

  /** Among entries of one instant, the one with the lesser text comes first. */
  private static final String RECENT =
      """
      [{"postId":"p1","eventName":"view","price":2,"at":%d},{"postId":"p2","eventName":"like","at":%d},\
      {"postId":"p2","eventName":"view","at":%d},{"postId":"p1","eventName":"view","price":1.5,"at":%d}]"""
          .formatted(NEWEST, T0 + 15 * SECOND, T0 + 15 * SECOND, T0);

  @TempDir private static Path folder;
  private static MeasureApi measures;
  private static RequestSpecification api;

  @BeforeAll
  static void start() throws IOException {
    measures = MeasureApi.start(folder, YAML, "10m", EntriesApiIT::fill);
    api = measures.requests();
  }

  @AfterAll
  static void stop() {
    measures.close();
  }

  private static void fill(DynamoDbClient client) {
    Counters user = new Counters(CATALOG.group("user").orElseThrow().schema());
    view(user, 0, "p1", 1.5, "ads", "phone");
    view(user, 15, "p2", null, "mail", "tablet");
    like(user, 15, "p2");
    view(user, 40, "p1", 2L, null, "phone");
    spent(user, 10, 0);
    spent(user, 30, 15);
    spent(user, 20, 40);
    MeasureApi.put(client, CATALOG, "readable", user, ItemFormat.READABLE);
    MeasureApi.put(client, CATALOG, "packed", user, ItemFormat.PACKED);
    Counters spender = new Counters(user.schema());
    spent(spender, 10, 0);
    MeasureApi.put(client, CATALOG, "spender", spender, ItemFormat.READABLE);
    // A post's number is treated as its text, and an integer with more digits than a double stays
    // exact.
    Counters numbers = new Counters(user.schema());
    add(numbers, "recent", entry(0, 5L, "view", -0.5));
    add(numbers, "price", entry(0, 9_007_199_254_740_993L));
    add(numbers, "device", entry(0, "\"\u6f22\" \\"));
    MeasureApi.put(client, CATALOG, "numbers", numbers, ItemFormat.READABLE);
    Counters post = new Counters(CATALOG.group("post").orElseThrow().schema());
    post.add(0, 1, T0);
    MeasureApi.put(client, CATALOG, "p1", post, ItemFormat.READABLE);
  }

  private static void view(
      Counters user, int second, String post, Object price, String source, String device) {
    add(user, "view", at(second));
    add(user, "posts", at(second).label(post));
    add(user, "recent", entry(second, post, "view", price));
    add(user, "created", entry(second, T0 / SECOND + second));
    add(user, "device", entry(second, device));
    if (source != null) {
      add(user, "source", entry(second, source));
    }
    if (price != null) {
      add(user, "price", entry(second, price));
    }
  }

  private static void like(Counters user, int second, String post) {
    add(user, "recent", entry(second, post, "like", null));
    add(user, "liked", entry(second, post));
  }

  private static void spent(Counters user, double value, int second) {
    add(user, "dwell#min", at(second).value(value));
    add(user, "dwell#max", at(second).value(value));
  }

  private static Occurrence at(int second) {
    return new Occurrence().at(T0 + second * SECOND);
  }

  private static Occurrence entry(int second, Object... fields) {
    return at(second).fields(fields);
  }

  private static String user(String key) {
    return "{\"userId\":\"" + key + "\",\"postId\":\"p1\"}";
  }

  /** Each request is sent twice, because the second response comes from a copy. */
  private static void check(
      String features, String candidate, long asOf, String values, String statuses) {
    measures.check(features, candidate, asOf, values, statuses);
    measures.check(features, candidate, asOf, values, statuses);
  }

  @ParameterizedTest
  @ValueSource(strings = {"readable", "packed"})
  void lists_areNewestFirst_withTheTypesOfTheirEvents(String key) {
    check(
        "user.recent user.recent.size user.recent.age user.liked",
        user(key),
        ASOF,
        "[%s, 4, %s, [{\"postId\":\"p2\",\"at\":%d}]]"
            .formatted(RECENT, 30 / 3600.0, T0 + 15 * SECOND),
        "OK OK OK OK");
  }

  @ParameterizedTest
  @ValueSource(strings = {"readable", "packed"})
  void within_endsAtAnInstant_thatIsOut(String key) {
    // (T0 + 15 s, …]: an event at exactly 15 s is outside.
    check(
        "user.recent user.recent.size user.seen",
        "{\"userId\":\"" + key + "\",\"postId\":\"p2\"}",
        T0 + 15 * SECOND + HOUR,
        "[[{\"postId\":\"p1\",\"eventName\":\"view\",\"price\":2,\"at\":%d}], 1, 0]"
            .formatted(NEWEST),
        "OK OK OK");
    check(
        "user.recent.size user.seen",
        "{\"userId\":\"" + key + "\",\"postId\":\"p2\"}",
        T0 + 15 * SECOND + HOUR - 1,
        "[3, 1]",
        "OK OK");
    check(
        "user.recent user.recent.size user.recent.age user.idle user.seen user.liked",
        user(key),
        NEWEST + HOUR,
        "[[], 0, null, -1, 0, [{\"postId\":\"p2\",\"at\":%d}]]".formatted(T0 + 15 * SECOND),
        "OK OK UNDEFINED OK OK OK");
  }

  @ParameterizedTest
  @ValueSource(strings = {"readable", "packed"})
  void firstsAndLasts_keepTheirTypes(String key) {
    check(
        "user.created user.source user.device user.price user.since",
        user(key),
        ASOF,
        "[%d, \"ads\", \"phone\", 2, %s]".formatted(T0 / SECOND, 70 / 3600.0),
        "OK OK OK OK OK");
  }

  @Test
  void integersAndTexts_areAnsweredWhole() {
    given(api)
        .contentType("application/json")
        .body(
            "{\"features\":[\"user.price\",\"user.device\",\"user.recent\"],\"candidates\":[{\"userId\":\"numbers\"}]}")
        .post("/v1/features")
        .then()
        .statusCode(200)
        .body(
            // Compare bytes, because a JSON reader would turn the first value into a double.
            containsString("[{\"values\":[9007199254740993,\"\\\"\u6f22\\\" \\\\\",[]]}]"));
  }

  @ParameterizedTest
  @CsvSource({
    // From the pane [10 s, 20 s), the seconds 11 to 19 are in (10 s, 70 s].
    "70, 1.9, 20, 30",
    // The last second of that pane is in (18 s, 78 s], so that its maximum still counts.
    "78, 1.1, 20, 30",
    "79, 1, 20, 20",
    // One of the ten seconds of the pane of 40 s is outside (40 s, 100 s].
    "99, 1, 20, 20",
    "100, 0.9, 20, 20",
    "109, 0, null, null"
  })
  void windows_leaveOutWhatIsPast(int second, String posts, String least, String greatest) {
    for (String key : List.of("readable", "packed")) {
      check(
          "user.posts.last_1m user.dwell_min.last_1m user.dwell_max.last_1m",
          user(key),
          T0 + second * SECOND,
          "[%s, %s, %s]".formatted(posts, least, greatest),
          least.equals("null") ? "OK UNDEFINED UNDEFINED" : "OK OK OK");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"readable", "packed"})
  void uniquesAndExtremes_haveTheirOtherIntervals(String key) {
    double hour = Math.exp(-30 / 3600.0) + Math.exp(-55 / 3600.0);
    double views = Math.exp(-70 / 3600.0) + Math.exp(-55 / 3600.0) + Math.exp(-30 / 3600.0);
    check(
        "user.posts.1h user.posts.lifetime user.posts.session_30m user.dwell_min.lifetime"
            + " user.dwell_max.lifetime user.dwell_min.session_30m user.each user.spread.1h",
        user(key),
        ASOF,
        "[%s, 2, 2, 10, 30, 10, 1.5, %s]".formatted(hour, views / hour),
        "OK OK OK OK OK OK OK OK");
    check(
        "user.posts.session_30m user.dwell_max.session_30m",
        user(key),
        NEWEST + 30 * MINUTE,
        "[2, 30]",
        "OK OK");
    check(
        "user.posts.session_30m user.dwell_max.session_30m user.dwell_max.lifetime",
        user(key),
        NEWEST + 30 * MINUTE + 1,
        "[0, null, 30]",
        "OK UNDEFINED OK");
  }

  @ParameterizedTest
  @ValueSource(strings = {"readable", "packed"})
  void formulas_compareTextsAndEntries(String key) {
    check(
        "user.seen user.fresh user.idle user.phone user.after user.cheap user.mixed user.screen"
            + " post.known post.screen",
        user(key),
        ASOF,
        "[1, 0.08, %s, 1, 1, 1, null, \"phone\", 1, \"phone\"]".formatted(30 / 3600.0),
        "OK OK OK OK OK OK UNDEFINED OK OK OK");
  }

  @Test
  void contains_isOfEachCandidate() {
    String features = "user.seen post.known";
    check(features, "{\"userId\":\"readable\",\"postId\":\"p3\"}", ASOF, "[0, 0]", "OK OK");
    check(features, "{\"userId\":\"numbers\",\"postId\":5}", ASOF, "[1, 1]", "OK OK");
    check(features, "{\"userId\":\"numbers\",\"postId\":\"5\"}", ASOF, "[1, 1]", "OK OK");
    check(features, "{\"userId\":\"readable\"}", ASOF, "[null, null]", "NO_KEY NO_KEY");
    check(features, "{\"postId\":\"p1\"}", ASOF, "[null, null]", "NO_KEY NO_KEY");
    check(
        features,
        "{\"userId\":\"nobody\",\"postId\":\"p1\"}",
        ASOF,
        "[0, 0]",
        "NOT_FOUND NOT_FOUND");
  }

  @Test
  void nothingStored_andNoSuchEvent_areToldApart() {
    String features =
        "user.recent user.recent.size user.recent.age user.created user.device user.posts.1h"
            + " user.posts.last_1m user.seen user.phone user.screen";
    check(
        features,
        user("nobody"),
        ASOF,
        "[[], 0, null, null, null, 0, 0, 0, null, \"none\"]",
        "NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND OK");
    check(
        features,
        user("spender"),
        ASOF,
        "[[], 0, null, null, null, 0, 0, 0, null, \"none\"]",
        "OK OK UNDEFINED UNDEFINED UNDEFINED OK OK OK UNDEFINED OK");
    String extremes = "user.dwell_min.lifetime user.dwell_min.last_1m";
    check(extremes, user("nobody"), ASOF, "[null, null]", "NOT_FOUND NOT_FOUND");
    check(extremes, user("numbers"), ASOF, "[null, null]", "UNDEFINED UNDEFINED");
    check(extremes, "{}", ASOF, "[null, null]", "NO_KEY NO_KEY");
  }

  @ParameterizedTest
  @ValueSource(strings = {"readable", "packed"})
  void asOfBeforeTheLastUpdate_isAnsweredAsOfIt(String key) {
    check(
        "user.recent user.recent.age user.since user.device user.posts.last_1m user.dwell_min.last_1m"
            + " user.seen",
        user(key),
        0,
        // As of 40 s, (-20 s, 40 s] contains everything.
        "[%s, 0, %s, \"phone\", 2, 10, 1]".formatted(RECENT, 40 / 3600.0),
        "NEWER NEWER NEWER NEWER NEWER NEWER NEWER");
  }

  @ParameterizedTest
  @ValueSource(strings = {"readable", "packed"})
  void key_showsItsEntries_andHowFormulasComeAbout(String key) {
    given(api)
        .get("/v1/groups/user/" + key + "?asOf=" + (T0 + 15 * SECOND + HOUR))
        .then()
        .statusCode(200)
        .body(
            "lists.recent",
            equalTo(List.of(Map.of("postId", "p1", "eventName", "view", "price", 2, "at", NEWEST))))
        .body("lists.liked", equalTo(List.of(Map.of("postId", "p2", "at", T0 + 15 * SECOND))))
        .body("firsts.created", equalTo(Map.of("value", (int) (T0 / SECOND), "at", T0)))
        .body("lasts.device", equalTo(Map.of("value", "phone", "at", NEWEST)))
        .body("lasts.price.value", equalTo(2))
        .body("decayed.posts.lifetime", equalTo(2f))
        .body("stored.posts.last_1m.'" + (T0 + 40 * SECOND) + "'", equalTo(1f))
        .body("stored.dwell_max.last_1m.'" + (T0 + 10 * SECOND) + "'", equalTo(30f))
        .body("decayed.containsKey('recent')", equalTo(false))
        .body("formulas.'user.recent.size'.value", equalTo(1f))
        .body("formulas.'user.recent.size'.formula", equalTo("size(recent)"))
        .body("formulas.'user.phone'.operands.name", contains("device"))
        .body("formulas.'user.phone'.operands.value", contains("phone"))
        .body("formulas.'user.since'.operands.name", contains("age(created)"))
        .body("formulas.'user.seen'.status", equalTo("NO_KEY"))
        .body("formulas.'user.seen'.operands.name", contains("contains(recent, postId)"));
    given(api)
        .get("/v1/groups/user/spender")
        .then()
        .body("lists.recent", equalTo(List.of()))
        .body("firsts", equalTo(Map.of()))
        .body("lasts", equalTo(Map.of()));
  }

  @Test
  void catalog_saysWhatTheyAre() {
    given(api)
        .get("/v1/catalog")
        .then()
        .body("groups.user.measures.recent.kind", equalTo("list"))
        .body("groups.user.measures.recent.type", equalTo("list"))
        .body("groups.user.measures.recent.events", contains("view", "like"))
        .body("groups.user.measures.recent.intervals", equalTo(List.of()))
        .body("groups.user.measures.recent.fields", contains("postId", "eventName", "price"))
        .body("groups.user.measures.created.kind", equalTo("first"))
        .body("groups.user.measures.device.kind", equalTo("last"))
        .body("groups.user.measures.device.type", equalTo("number or text"))
        .body("groups.user.measures.posts.kind", equalTo("uniques"))
        .body("groups.user.measures.posts.type", equalTo("number"))
        .body(
            "groups.user.measures.dwell_min.intervals",
            contains("lifetime", "last_1m", "session_30m"))
        .body(
            "groups.user.features",
            hasItems("user.recent", "user.recent.size", "user.recent.age", "user.created"));
  }

  @Test
  void seriesOfAList_isRefused() {
    given(api)
        .get("/v1/groups/user/readable/series?measure=recent")
        .then()
        .statusCode(400)
        .body("detail", equalTo("recent of group user has no each_ interval, and so no series"));
  }

  @Test
  void whatTheJobDoesNotCountYet_hasNoValue() {
    String features = "user.recent user.recent.size user.seen user.device user.screen user.liked";
    String expected = "NOT_COUNTED NOT_COUNTED NOT_COUNTED NOT_COUNTED OK OK";
    measures.whileCounted(
        Map.of("user", Map.of(CatalogItem.ALL, 0L)),
        Map.of("user", Map.of("view", List.of("lifetime"), "liked", List.of(""))),
        () -> {
          measures.awaitStatuses(features, user("readable"), ASOF, expected);
          check(
              features,
              user("readable"),
              ASOF,
              "[null, null, null, null, \"none\", [{\"postId\":\"p2\",\"at\":%d}]]"
                  .formatted(T0 + 15 * SECOND),
              expected);
          given(api)
              .get("/v1/groups/user/readable")
              .then()
              .body("notCounted", hasItems("recent", "device", "posts.1h"))
              .body("lists.keySet()", contains("liked"))
              .body("lasts", equalTo(Map.of()));
        });
    measures.awaitStatuses(features, user("readable"), ASOF, "OK OK OK OK OK OK");
  }
}
