package io.countermachine.service.web;

import static io.countermachine.service.web.MeasureApi.add;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.item.CatalogItem;
import io.countermachine.measure.Counters;
import io.countermachine.measure.Occurrence;
import io.restassured.response.ValidatableResponse;
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
 * Each kind of measure, interval and formula through the API, with DynamoDB Local. The expected
 * values were calculated by hand.
 */
class MeasureApiIT {
  private static final String YAML =
      """
      timestamps: {unit: seconds}
      events: {view: {}, like: {}, spent: {value: ms}}
      windows: {last_1m: {step: 10s}, each_1m: {keep: 2h}}
      groups:
        post:
          key: [postId]
          counts: [view, like]
          sums: [spent]
          stats: {dwell: {of: spent, give: [mean, stddev, p50]}}
          histograms: {countries: {of: view, by: country, keep: 2}}
          intervals: [1h, lifetime, last_1m, each_1m, session_30m]
          features:
            ctr: like / view
            trend: rate(view.last_1m) / rate(view.1h)
            safe: wilson(like, view)
            smooth: "smooth(like.lifetime, view.lifetime, prior: creator.ctr.lifetime ?? 0.05, weight: 20)"
            better: like.lifetime / view.lifetime - creator.ctr.lifetime
            here: countries[country].lifetime
            germans: 'countries["DE"].lifetime'
            part: share(countries[country].lifetime)
            mix: entropy(countries.lifetime)
            labels: size(countries.lifetime)
            z: "zscore(spent.lifetime, dwell_mean.lifetime, dwell_stddev.lifetime)"
            hot: 'if(like.lifetime > 2, "hot", "cold")'
        creator: {key: [creatorId], counts: [view, like], intervals: [lifetime], features: {ctr: like / view}}
        site: {key: [], counts: {view: view}, intervals: [each_1m, lifetime]}
      """;

  private static final Catalog CATALOG = CatalogLoader.parse("measures.yaml", YAML);

  /** The start of a minute. */
  private static final long T0 = 1_707_605_580_000L;

  private static final long SECOND = 1_000;
  private static final long MINUTE = 60_000;
  private static final long NEWEST = T0 + 40 * SECOND;
  private static final long ASOF = T0 + 70 * SECOND;

  @TempDir private static Path folder;
  private static MeasureApi measures;
  private static RequestSpecification api;

  @BeforeAll
  static void start() throws IOException {
    measures = MeasureApi.start(folder, YAML, "100ms", MeasureApiIT::fill);
    api = measures.requests();
  }

  @AfterAll
  static void stop() {
    measures.close();
  }

  private static void fill(DynamoDbClient client) {
    Counters post = new Counters(CATALOG.group("post").orElseThrow().schema());
    view(post, "DE", 0);
    view(post, "DE", 15);
    view(post, "AT", 15);
    view(post, "FR", 40);
    add(post, "like", new Occurrence().at(T0 + 15 * SECOND));
    spent(post, 10, 0);
    spent(post, 30, 40);
    put(client, "readable", post, ItemFormat.READABLE);
    put(client, "packed", post, ItemFormat.PACKED);
    Counters liked = new Counters(CATALOG.group("post").orElseThrow().schema());
    add(liked, "like", new Occurrence().at(NEWEST));
    put(client, "liked", liked, ItemFormat.READABLE);
    Counters creator = new Counters(CATALOG.group("creator").orElseThrow().schema());
    creator.add(0, 4, T0);
    creator.add(1, 2, T0);
    put(client, "c1", creator, ItemFormat.READABLE);
    Counters site = new Counters(CATALOG.group("site").orElseThrow().schema());
    add(site, "view", new Occurrence().at(T0));
    add(site, "view", new Occurrence().at(T0 + 2 * MINUTE));
    add(site, "view", new Occurrence().at(T0 + 2 * MINUTE + 59 * SECOND));
    put(client, "*", site, ItemFormat.READABLE);
  }

  private static void view(Counters post, String country, int second) {
    add(post, "view", new Occurrence().at(T0 + second * SECOND));
    add(post, "countries", new Occurrence().at(T0 + second * SECOND).label(country));
  }

  private static void spent(Counters post, double value, int second) {
    for (String measure : List.of("spent", "dwell#moments", "dwell#bins")) {
      add(post, measure, new Occurrence().at(T0 + second * SECOND).value(value));
    }
  }

  private static void put(DynamoDbClient client, String key, Counters counters, ItemFormat format) {
    MeasureApi.put(client, CATALOG, key, counters, format);
  }

  private static void check(
      String features, String candidate, long asOf, String values, String statuses) {
    measures.check(features, candidate, asOf, values, statuses);
  }

  @ParameterizedTest
  @ValueSource(strings = {"readable", "packed"})
  void everyKind_hasItsValue_atEveryInterval(String key) {
    String candidate = "{\"postId\":\"" + key + "\"}";
    double hour = Math.exp(-70 / 3600.0) + 2 * Math.exp(-55 / 3600.0) + Math.exp(-30 / 3600.0);
    check(
        "post.view.1h post.view.lifetime post.view.last_1m post.view.each_1m post.view.session_30m",
        candidate,
        ASOF,
        // From the pane [10 s, 20 s), the seconds 11 to 19 are in (10 s, 70 s].
        "[%s, 4, 2.8, 4, 4]".formatted(hour),
        "OK OK OK OK OK");
    check(
        "post.spent.lifetime post.spent.last_1m post.dwell_mean.lifetime post.dwell_mean.last_1m"
            + " post.dwell_stddev.lifetime post.dwell_stddev.each_1m",
        candidate,
        ASOF,
        "[40, 30, 20, 30, 10, 10]",
        "OK OK OK OK OK OK");
    check(
        "post.countries.lifetime post.countries.last_1m post.countries.each_1m",
        candidate,
        ASOF,
        // The window contains 0.9 of DE and 0.9 of AT, which are equal, and 1 of FR.
        """
        [{"DE":2.0,"AT":1.0,"other":1.0},{"FR":1.0,"AT":0.9,"other":0.9},{"DE":2.0,"AT":1.0,"other":1.0}]""",
        "OK OK OK");
    double p50 =
        measures.ask("post.dwell_p50.lifetime", candidate, ASOF).at("/values/0").asDouble();
    assertThat(p50).isCloseTo(10, within(0.5));
  }

  @ParameterizedTest
  @CsvSource({"0, 4, 4", "1800000, 4, 0", "1800001, 0, 0"})
  void session_isOver_oneMillisecondAfterItsGap(long after, double session, double minute) {
    check(
        "post.view.session_30m post.view.last_1m post.dwell_mean.last_1m",
        "{\"postId\":\"readable\"}",
        NEWEST + after,
        "[%s, %s, %s]".formatted(session, minute, after == 0 ? "20" : "null"),
        "OK OK " + (after == 0 ? "OK" : "UNDEFINED"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"readable", "packed"})
  void formulas_areOfTheKeysItem_ofOthersAndOfFields(String key) {
    double hour = Math.exp(-70 / 3600.0) + 2 * Math.exp(-55 / 3600.0) + Math.exp(-30 / 3600.0);
    String candidate = "{\"postId\":\"" + key + "\",\"creatorId\":\"c1\",\"country\":\"DE\"}";
    check(
        "post.ctr.lifetime post.ctr.1h post.ctr.last_1m post.trend post.mix post.labels post.z post.hot",
        candidate,
        ASOF,
        "[0.25, %s, %s, %s, %s, 3, 2, \"cold\"]"
            .formatted(
                Math.exp(-55 / 3600.0) / hour, 0.9 / 2.8, 2.8 * 60 / hour, 1.5 * Math.log(2)),
        "OK OK OK OK OK OK OK OK");
    double z = 1.96;
    double wilson =
        (0.25 + z * z / 8 - z * Math.sqrt(0.25 * 0.75 / 4 + z * z / 64)) / (1 + z * z / 4);
    check(
        "post.safe.lifetime post.smooth post.better post.here post.part post.germans",
        candidate,
        ASOF,
        "[%s, %s, -0.25, 2, 0.5, 2]".formatted(wilson, 11 / 24.0),
        "OK OK OK OK OK OK");
  }

  @Test
  void formulaOverOthers_hasTheWorstStatusOfWhatItUsed() {
    String features = "post.smooth post.better post.here post.part";
    check(
        features,
        "{\"postId\":\"readable\",\"country\":\"FR\"}",
        ASOF,
        // FR is not among the labels that the response would show.
        "[%s, null, 0, 0]".formatted(2 / 24.0),
        "OK NO_KEY OK OK");
    check(
        features,
        "{\"postId\":\"readable\",\"creatorId\":\"nobody\"}",
        ASOF,
        "[%s, null, null, null]".formatted(2 / 24.0),
        "OK NOT_FOUND NO_KEY NO_KEY");
    check(
        features,
        "{\"postId\":\"none\",\"creatorId\":\"c1\",\"country\":\"DE\"}",
        ASOF,
        "[%s, null, 0, null]".formatted(20 * 0.5 / 20),
        "NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND");
    check(
        features,
        "{\"postId\":\"readable\",\"creatorId\":\"c1\",\"country\":true}",
        T0 + 10 * SECOND,
        // The creator's last update was before that instant, the post's after it.
        "[%s, -0.25, null, null]".formatted(11 / 24.0),
        "NEWER NEWER NO_KEY NO_KEY");
    check(features, "{}", ASOF, "[null, null, null, null]", "NO_KEY NO_KEY NO_KEY NO_KEY");
  }

  @Test
  void nothingStored_andNoSuchEvent_areToldApart() {
    String features =
        "post.view.last_1m post.countries.1h post.dwell_mean.1h post.dwell_p50.1h post.mix post.labels"
            + " post.ctr.lifetime post.z";
    check(
        features,
        "{\"postId\":\"none\"}",
        ASOF,
        "[0, {}, null, null, null, 0, null, null]",
        "NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND");
    check(
        features,
        "{\"postId\":\"liked\"}",
        ASOF,
        "[0, {}, null, null, null, 0, null, null]",
        "OK OK UNDEFINED UNDEFINED UNDEFINED OK UNDEFINED UNDEFINED");
  }

  @Test
  void asOfBeforeTheLastUpdate_isAnsweredAsOfIt() {
    check(
        "post.view.last_1m post.view.each_1m post.dwell_mean.last_1m post.countries.lifetime",
        "{\"postId\":\"readable\"}",
        0,
        // As of 40 s: (-20 s, 40 s], and the minute before T0.
        "[4, 0, 20, {\"DE\":2.0,\"AT\":1.0,\"other\":1.0}]",
        "NEWER NEWER NEWER NEWER");
  }

  @Test
  void groupWithoutKeyFields_isTheWholeSite() {
    check("site.view.lifetime", "{}", ASOF + 4 * MINUTE, "[3]", "OK");
    given(api)
        .urlEncodingEnabled(false)
        .get("/v1/groups/site/*?asOf=" + (T0 + 3 * MINUTE))
        .then()
        .statusCode(200)
        .body("decayed.view.lifetime", equalTo(3f))
        .body("decayed.view.each_1m", equalTo(2f));
    given(api)
        .get("/v1/groups/site/else")
        .then()
        .statusCode(404)
        .body("detail", equalTo("nothing is stored for key else in group site; its only key is *"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"readable", "packed"})
  void key_showsWhatIsStored_whatItIsWorth_andHowFormulasComeAbout(String key) {
    given(api)
        .get("/v1/groups/post/" + key + "?asOf=" + ASOF)
        .then()
        .statusCode(200)
        .body("lastUpdate", equalTo(NEWEST))
        .body("stored.view.lifetime", equalTo(4f))
        .body("stored.view.last_1m.'" + (T0 + 10 * SECOND) + "'", equalTo(2f))
        .body("stored.view.session_30m.'" + T0 + "'", equalTo(4f))
        .body("stored.countries.lifetime", equalTo(Map.of("DE", 2f, "AT", 1f, "other", 1f)))
        .body("stored.countries.each_1m.FR.'" + T0 + "'", equalTo(1f))
        .body("stored.dwell_mean.each_1m.'" + T0 + "'[0]", equalTo(2f))
        .body("decayed.view.last_1m", equalTo(2.8f))
        .body("decayed.dwell_mean.lifetime", equalTo(20f))
        .body("decayed.countries.lifetime", equalTo(Map.of("DE", 2f, "AT", 1f, "other", 1f)))
        .body("formulas.'post.ctr.lifetime'.value", equalTo(0.25f))
        .body("formulas.'post.ctr.lifetime'.status", equalTo("OK"))
        .body("formulas.'post.ctr.lifetime'.formula", equalTo("like / view"))
        .body(
            "formulas.'post.ctr.lifetime'.operands",
            equalTo(
                List.of(
                    Map.of("name", "like.lifetime", "value", 1f, "status", "OK"),
                    Map.of("name", "view.lifetime", "value", 4f, "status", "OK"))))
        .body("formulas.'post.hot'.value", equalTo("cold"))
        .body("formulas.'post.better'.value", equalTo(null))
        .body("formulas.'post.better'.status", equalTo("NO_KEY"))
        .body("formulas.'post.smooth'.status", equalTo("NO_KEY"))
        .body("formulas.'post.here'.status", equalTo("NO_KEY"));
  }

  private static ValidatableResponse series(String path) {
    return given(api).urlEncodingEnabled(false).get("/v1/groups/" + path).then();
  }

  @Test
  void series_hasEveryPaneOfTheRange_thoseWithoutEventsToo() {
    series("site/*/series?measure=view&step=1m&from=%d&to=%d".formatted(T0, T0 + 4 * MINUTE))
        .statusCode(200)
        .body("interval", equalTo("each_1m"))
        .body("stepMillis", equalTo(60_000))
        .body("status", equalTo("OK"))
        .body("panes.start", equalTo(List.of(T0, T0 + MINUTE, T0 + 2 * MINUTE, T0 + 3 * MINUTE)))
        .body("panes.value", equalTo(List.of(1f, 0f, 2f, 0f)));
    series("site/*/series?measure=view&from=%d&to=%d".formatted(T0 + 1, T0 + 2 * MINUTE))
        .statusCode(200)
        .body("panes.start", equalTo(List.of(T0 + MINUTE)));
    series(
            "post/readable/series?measure=dwell_mean&step=60s&from=%d&to=%d"
                .formatted(T0 - MINUTE, T0 + MINUTE))
        .statusCode(200)
        .body("panes[0].value", equalTo(null))
        .body("panes[1].value", equalTo(20f));
    series(
            "post/packed/series?measure=countries&step=each_1m&from=%d&to=%d"
                .formatted(T0, T0 + MINUTE))
        .statusCode(200)
        .body("panes.value", equalTo(List.of(Map.of("DE", 2f, "AT", 1f, "other", 1f))));
  }

  @Test
  void series_endsBeforeTheRunningPane() {
    long before = System.currentTimeMillis();
    ValidatableResponse answer = series("site/*/series?measure=view").statusCode(200);
    long to = answer.extract().jsonPath().getLong("to");
    assertThat(to % MINUTE).isZero();
    assertThat(to).isBetween(before - MINUTE, System.currentTimeMillis());
    assertThat(answer.extract().jsonPath().getList("panes")).hasSize(120);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "site/*/series|measure",
        "site/*/series?measure=like|measure",
        "creator/c1/series?measure=view|measure",
        "site/*/series?measure=view&step=2m|step",
        "site/*/series?measure=view&step=soon|step",
        "site/*/series?measure=view&from=-1|from",
        "site/*/series?measure=view&from=5&to=4|from",
        "site/*/series?measure=view&from=0|from",
        "site/*/series?measure=view&to=1.5|to"
      })
  void seriesThatThereIsNot_isNamedByItsParameter(String path, String field) {
    series(path).statusCode(400).body("field", equalTo(field));
  }

  @Test
  void seriesOfAKeyOfWhichNothingIsStored_isNotFound() {
    series("post/none/series?measure=view").statusCode(404);
    series("posts/none/series?measure=view").statusCode(404);
  }

  @Test
  void catalog_saysWhatEachMeasureAndFormulaIs() {
    given(api)
        .get("/v1/catalog")
        .then()
        .statusCode(200)
        .body("groups.post.measures.view.kind", equalTo("count"))
        .body("groups.post.measures.view.type", equalTo("number"))
        .body("groups.post.measures.countries.type", equalTo("map"))
        .body("groups.post.measures.countries.events", equalTo(List.of("view")))
        .body("groups.post.measures.dwell_p50.intervals", hasItems("1h", "session_30m"))
        .body("groups.post.formulas.ctr.features", hasItems("post.ctr.1h", "post.ctr.last_1m"))
        .body("groups.post.formulas.hot.type", equalTo("text"))
        .body("groups.post.formulas.hot.features", equalTo(List.of("post.hot")))
        .body("groups.post.features", hasItems("post.countries.lifetime", "post.trend"))
        .body("groups.site.key", equalTo(List.of()));
  }

  @Test
  void whatTheJobDoesNotCountYet_hasNoValue_untilItDoes() {
    String features =
        "post.view.1h post.view.lifetime post.like.lifetime post.ctr.lifetime post.smooth creator.ctr.lifetime";
    String candidate = "{\"postId\":\"readable\",\"creatorId\":\"c1\"}";
    measures.whileCounted(
        Map.of("post", Map.of(CatalogItem.ALL, 0L)),
        Map.of("post", Map.of("view", List.of("lifetime"), "like", List.of("1h", "lifetime"))),
        () -> {
          measures.awaitStatuses(features, candidate, ASOF, "NOT_COUNTED OK OK OK OK NOT_COUNTED");
          check(
              features,
              candidate,
              ASOF,
              // A prior that is not counted has its default.
              "[null, 4, 1, 0.25, %s, null]".formatted(2 / 24.0),
              "NOT_COUNTED OK OK OK OK NOT_COUNTED");
          check(
              features,
              "{\"postId\":\"none\"}",
              ASOF,
              "[null, 0, 0, null, 0.05, null]",
              "NOT_COUNTED NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND NO_KEY");
          given(api)
              .get("/v1/groups/post/readable?asOf=" + ASOF)
              .then()
              .body("notCounted", hasItems("view.1h", "countries.lifetime"))
              .body("decayed.view.1h", equalTo(null));
          series("site/*/series?measure=view&from=%d&to=%d".formatted(T0, T0 + MINUTE))
              .body("status", equalTo("NOT_COUNTED"))
              .body("panes[0].value", equalTo(null));
        });
    measures.awaitStatuses(features, candidate, ASOF, "OK OK OK OK OK OK");
  }
}
