package io.countermachine.endtoend;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.path.json.config.JsonPathConfig;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The console in a real browser, in front of the whole machine.
 *
 * <p>This class is long because all of the page is tested on one machine, which takes a minute to
 * start.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsoleIT {
  private static final String CATALOG =
      """
      events:
        view: {unless: bots}
        like: {unless: bots}
        timespent: {value: durationMs}
        play: {value: lengthMs}
        skip: {}
        visit: {session: [view, like], by: [userId], gap: 1m, emit: visits}
      rules: {topic: rules, lists: {bots: userId}}
      intervals: [1m, 1h, lifetime]
      groups:
        user: {key: [userId], counts: [view, like, visit], sums: [timespent], intervals: [1m, 1h, lifetime, session_1m]}
        post:
          key: [postId]
          counts: [view, like]
          ratios:
            ctr: {of: like, per: view}
            smoothed: {of: like, per: view, prior: 0.05, weight: 20}
        user_post: {key: [userId, postId], counts: [view], intervals: [1d]}
        clip:
          key: [clipId]
          counts: {plays: play, skips: skip}
          stats: {length: {of: play, give: [mean]}}
          histograms: {countries: {of: play, by: country, keep: 2}}
          uniques: {origins: {of: play, by: country}}
          lists: {latest: {of: play, fields: [country, lengthMs], keep: 3}}
          firsts: {premiere: {of: play, field: country}}
          lasts: {length_last: {of: play, field: lengthMs}}
          intervals: [lifetime, last_1h]
          features:
            kept: plays.lifetime / (skips.lifetime + 2)
            liked: plays.lifetime + post.like.lifetime
      sets:
        feed: [post.view.1h, post.ctr.1h, post.smoothed.1h, user.view.lifetime, user_post.view.1d]
      """;

  private static final String BODY =
      """
      {"set": "feed", "context": {"userId": "it's \\\\ \\"1\\""},
       "candidates": [{"postId": "p1"}, {"postId": "p2"}, {"postId": "a|b"}, {"postId": "liked"}, {"postId": "none"}, {}],
       "include": ["statuses"]}""";

  /** The start of a minute, some minutes ago, in epoch seconds. */
  private static final long CLIP_MINUTE = System.currentTimeMillis() / 60_000 * 60 - 600;

  /** The time of the first of two visits, in epoch seconds. */
  private static final long WALK = System.currentTimeMillis() / 1_000 - 900;

  /** A rule takes effect within 30 s, and a session ends within 60 s. */
  private static final Duration RULE_LIMIT = Duration.ofSeconds(90);

  private static final double TOLERANCE = 1e-12;
  private static final int MOST_TAB_STOPS = 120;
  private static final int PHONE_WIDTH = 360;

  @TempDir private static Path folder;
  private static RunningStack running;
  private static Browser browser;

  @BeforeAll
  static void start() throws IOException {
    Optional<Browser.Installed> installed = Browser.find();
    assumeTrue(installed.isPresent(), "no chromium with its chromedriver on the PATH");
    running = RunningStack.startWithConsole(folder, CATALOG);
    long now = System.currentTimeMillis() / 1000;
    List<byte[]> events = new ArrayList<>();
    events.add(event("view", "walker", "w1", WALK));
    events.add(event("like", "walker", "w1", WALK + 30));
    events.add(event("view", "walker", "w2", WALK + 50));
    events.add(event("view", "walker", "w3", WALK + 300));
    for (int i = 0; i < 5; i++) {
      events.add(event("view", "it's \\\\ \\\"1\\\"", "p1", now - 40 - i));
      events.add(event("like", "u2", "p1", now - 60 - i));
    }
    events.add(event("view", "u2", "p2", now - 50));
    events.add(event("view", "it's \\\\ \\\"1\\\"", "a|b", now - 70));
    events.add(event("view", "u3", "a|b", now - 90));
    events.add(event("like", "u2", "liked", now - 20));
    events.add(play("DE", 10, 5));
    events.add(play("DE", 20, 65));
    events.add(play("DE", 30, 70));
    events.add(play("FR", 40, 80));
    events.add(play("FR", 50, 125));
    events.add(play("AT", 60, 130));
    running.ingest(events);
    browser = Browser.open(installed.get(), Files.createDirectories(folder.resolve("profile")));
  }

  private static byte[] event(String name, String user, String post, long seconds) {
    return "{\"eventName\":\"%s\",\"userId\":\"%s\",\"postId\":\"%s\",\"eventTs\":%d}"
        .formatted(name, user, post, seconds)
        .getBytes(UTF_8);
  }

  private static byte[] play(String country, int lengthMillis, int second) {
    return "{\"eventName\":\"play\",\"clipId\":\"c1\",\"country\":\"%s\",\"lengthMs\":%d,\"eventTs\":%d}"
        .formatted(country, lengthMillis, CLIP_MINUTE + second)
        .getBytes(UTF_8);
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
    if (running != null) {
      running.close();
    }
  }

  @BeforeEach
  void open() {
    browser.screen(1440, 900, "light");
    openPage();
  }

  private static void openPage() {
    browser.go(running.console() + "/");
    browser.await("the page", () -> browser.run("return document.body.dataset.ready") != null);
  }

  @AfterEach
  void complaints() {
    browser.assertNoErrors();
  }

  private static void ask() {
    ask(BODY);
  }

  private static void ask(String call) {
    browser.run(
        "const body = document.getElementById('ask-body'); body.value = arguments[0];"
            + " body.dispatchEvent(new Event('input'))",
        call);
    browser.one("#ask-button").click();
    browser.await("the answer", () -> !browser.all(".answer tbody tr").isEmpty());
  }

  /** Fills in an event of a new user, and sends it. */
  private static void send(String user) {
    browser.run(
        "const body = document.getElementById('send-body');"
            + " body.value = body.value.replace(/\"userId\": \"[^\"]*\"/, '\"userId\": \"' + arguments[0] + '\"');"
            + " body.dispatchEvent(new Event('input'))",
        user);
    browser.one("#send-button").click();
    awaitReadable();
  }

  private static void awaitReadable() {
    browser.await("the event's stages", () -> browser.all("[data-state=done]").size() == 4);
  }

  private static double number(String css) {
    return Double.parseDouble(browser.text(css));
  }

  private static Map<String, Double> explanation() {
    browser.await("the explanation", () -> !browser.all("#explain .verdict").isEmpty());
    Map<String, Double> numbers = new HashMap<>();
    for (WebElement value : browser.all("#explain td[data-what]")) {
      String text = value.getText();
      numbers.put(
          value.getDomAttribute("data-what"),
          text.equals("∞")
              ? Double.POSITIVE_INFINITY
              : text.equals("null") ? Double.NaN : Double.parseDouble(text));
    }
    return numbers;
  }

  /** Computes a value again from the stored value, instant and τ that the page shows. */
  private static double decayed(Map<String, Double> shown, int side) {
    double elapsed = shown.get("as-of") - shown.get("last-update");
    assertThat(shown.get("elapsed")).isEqualTo(elapsed);
    double factor = elapsed <= 0 ? 1 : Math.exp(-elapsed / shown.get("tau"));
    assertThat(shown.get("factor")).isCloseTo(factor, within(TOLERANCE));
    return shown.get("stored-" + side) * factor;
  }

  private static double inTable(String group, String key, String measure, String interval) {
    Map<String, AttributeValue> item = running.table().get(List.of(group, key));
    return Double.parseDouble(item.get("counts").m().get(measure).m().get(interval).n());
  }

  @Test
  @Order(1)
  void components_areUp_withAReason() {
    browser.await(
        "four components up", () -> browser.all("#components li[data-state=UP]").size() == 4);
    assertThat(browser.all("#components li b"))
        .extracting(WebElement::getText)
        .containsExactly("broker", "job", "store", "service");
    assertThat(browser.text("#components [data-component=broker] .detail"))
        .isEqualTo("1 node, topic events with 4 partitions");
    assertThat(browser.text("#components [data-component=job] .detail"))
        .matches("(\\d+) of \\1 tasks run");
  }

  @Test
  @Order(1)
  void page_opensOnAPostsRatio_andDrawsRatiosAsTheServiceTakesThem() {
    assertThat(browser.one("#live-group").getDomProperty("value")).isEqualTo("post");
    assertThat(browser.one("#live-measure").getDomProperty("value")).isEqualTo("ctr");
    WebElement key = browser.one("#live-key input");
    key.clear();
    key.sendKeys("p1", Keys.ENTER);
    browser.await("5 likes of 5 views", () -> browser.text("[data-interval=lifetime]").equals("1"));
    browser.one("#live-measure option[value=smoothed]").click();
    browser.await(
        "(5 + 20 x 0.05) / (5 + 20)",
        () -> browser.text("[data-interval=lifetime]").equals("0.24"));
    browser.one("[data-interval=lifetime]").click();
    assertThat(explanation().get("result")).isCloseTo(0.24, within(TOLERANCE));
    assertThat(browser.text("#explain .verdict")).startsWith("✓");
    browser.press(Keys.ESCAPE);
  }

  /**
   * At a key that is quiet enough to show a count, the rarer side of a ratio has too few events.
   */
  @Test
  @Order(1)
  void ratio_opensOnABusierKeyThanACount() {
    String keys =
        (String)
            browser.runAsync(
                """
                const { Seen } = await import("/app/keys.js");
                const seen = new Seen();
                const times = { busy: 50, steady: 8, quiet: 2, ...Object.fromEntries([...Array(40).keys()].map((i) => [i, 1])) };
                seen.learn(Object.entries(times).flatMap(([postId, n]) => Array(n).fill({ postId })));
                return [{ ctr: {} }, {}]
                  .map((ratios) => seen.tellingFieldsFor({ key: ["postId"], ratios }).postId).join();
                """);
    assertThat(keys).isEqualTo("steady,quiet");
  }

  @Test
  @Order(1)
  void page_thatIsOpenedBeforeTheFirstEvent_getsItsExamplesLater() throws Exception {
    String noEvents =
        "const own = window.fetch; window.fetch = (path, options) =>"
            + " !window.happened && String(path).includes('console/api/recent')"
            + " ? Promise.resolve(Response.json({ events: [] })) : own(path, options);";
    try (AutoCloseable empty = browser.beforePages(noEvents)) {
      openPage();
      assertThat(browser.one("#live-key input").getDomProperty("value")).isEmpty();
      assertThat(browser.text("#snippet")).contains("postId-1");
      browser.run("window.happened = true");
      browser.await(
          "a key", () -> browser.one("#live-key input").getDomProperty("value").equals("a|b"));
      browser.await("no like of 2", () -> browser.text("[data-interval=lifetime]").equals("0"));
      assertThat(browser.text("#snippet")).contains("\"postId\":\"p1\"");
      assertThat(browser.one("[data-group=post] input").getDomProperty("value")).isEqualTo("p1");
    }
  }

  @Test
  @Order(2)
  void sentEvent_showsItsFourStages_andMovesTheCurve() {
    // A tick is an increase between two polls, so the first poll has to come before the event.
    browser.one("#live-group option[value=user]").click();
    WebElement key = browser.one("#live-key input");
    key.clear();
    key.sendKeys("new-user", Keys.ENTER);
    browser.await(
        "the absent key", () -> browser.text("#live-note").contains("nothing is stored for"));

    send("new-user");
    double produced = stage("produced");
    double counted = stage("counted");
    double stored = stage("stored");
    double readable = stage("readable");
    assertThat(produced).isPositive().isLessThanOrEqualTo(counted);
    assertThat(stored).isGreaterThan(produced).isLessThanOrEqualTo(readable);
    assertThat(readable).isLessThan(20_000);

    assertThat(browser.one("#live-key input").getDomProperty("value")).isEqualTo("new-user");
    browser.await("the counter", () -> browser.text("[data-interval=lifetime]").equals("1"));
    assertThat(inTable("user", "new-user", "like", "lifetime")).isEqualTo(1);
    browser.await("a tick", () -> browser.text("#live-note").contains("1 tick,"));

    send("new-user");
    browser.await("the second event", () -> browser.text("[data-interval=lifetime]").equals("2"));
    browser.await("a second tick", () -> browser.text("#live-note").contains("2 ticks,"));
    assertThat(curveTop("lifetime")).isLessThan(curveTopAtTheLeft("lifetime"));
  }

  private static double stage(String name) {
    return Double.parseDouble(
        browser.one("[data-stage=" + name + "] .took").getDomAttribute("data-millis"));
  }

  /** The distance from the top of the chart to the highest pixel in the curve's colour. */
  private static long curveTop(String interval) {
    return curve(interval, "0", "data.width");
  }

  /** The same distance in the part before the events: the curve of a new key is low there. */
  private static long curveTopAtTheLeft(String interval) {
    return curve(interval, "data.width * 0.3", "data.width * 0.5");
  }

  private static long curve(String interval, String from, String to) {
    return (Long)
        browser.run(
            "const canvas = document.querySelector(`[aria-label='interval ${arguments[0]}'] canvas`);"
                + "const probe = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });"
                + "probe.drawImage(canvas, 0, 0);"
                + "const data = probe.getImageData(0, 0, canvas.width, canvas.height);"
                + "probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--curve');"
                + "probe.fillRect(0, 0, 1, 1);"
                + "const [r, g, b] = probe.getImageData(0, 0, 1, 1).data;"
                + "for (let y = 0; y < data.height; y++) for (let x = Math.floor("
                + from
                + "); x < "
                + to
                + "; x++) { const i = 4 * (y * data.width + x);"
                + " if (data.data[i + 3] > 200 && Math.abs(data.data[i] - r) + Math.abs(data.data[i + 1] - g)"
                + " + Math.abs(data.data[i + 2] - b) < 30) return y; } return data.height;",
            interval);
  }

  @Test
  @Order(3)
  void curve_fallsBetweenEvents_asTheFormulaSays() {
    send("falling");
    browser.await("the counter", () -> browser.text("[data-interval='1m']").startsWith("0."));
    List<?> before = sample();
    browser.await(
        "a lower value", () -> number("[data-interval='1m']") < (Double) before.get(1) - 0.01);
    List<?> after = sample();
    double elapsed = (Long) after.get(0) - (Long) before.get(0);
    // The page redraws five times a second.
    assertThat((Double) after.get(1))
        .isCloseTo((Double) before.get(1) * Math.exp(-elapsed / 60_000), within(0.01));
    assertThat(browser.text("[data-interval=lifetime]")).isEqualTo("1");
  }

  private static List<?> sample() {
    return (List<?>)
        browser.run(
            "return [Date.now(), 1e-9 + Number(document.querySelector(\"[data-interval='1m']\").textContent)]");
  }

  @Test
  @Order(4)
  void rankersCall_givesTheServicesValues_withStatuses() {
    ask();
    String asOf = browser.text("#ask-status").replaceAll(".* as of (\\d+).*", "$1");
    JsonPath answer =
        given()
            .baseUri(running.service())
            .contentType(ContentType.JSON)
            .body(BODY.replaceFirst("\\{", "{\"asOf\": " + asOf + ","))
            .post("/v1/features")
            .then()
            .statusCode(200)
            .extract()
            .jsonPath(
                JsonPathConfig.jsonPathConfig()
                    .numberReturnType(JsonPathConfig.NumberReturnType.DOUBLE));
    for (int candidate = 0; candidate < 6; candidate++) {
      List<Double> values = answer.getList("results[" + candidate + "].values", Double.class);
      List<String> statuses = answer.getList("results[" + candidate + "].statuses");
      List<WebElement> cells = browser.all(".answer tr[data-row='" + candidate + "'] td");
      for (int i = 0; i < values.size(); i++) {
        String shown = cells.get(i).getDomAttribute("data-value");
        assertThat(shown.equals("null") ? null : Double.valueOf(shown)).isEqualTo(values.get(i));
        String badge = cells.get(i).getText().replaceAll("\\s+", " ");
        if (statuses.get(i).equals("OK")) {
          assertThat(badge).doesNotContain(" ");
        } else {
          assertThat(badge).endsWith(" " + statuses.get(i));
        }
      }
    }
    assertThat(browser.all(".answer .badge"))
        .extracting(WebElement::getText)
        .contains("UNDEFINED", "NOT_FOUND", "NO_KEY");
  }

  @Test
  @Order(5)
  void table_isSorted_byTheColumnThatIsPressed_nullsLast() {
    ask();
    List<Double> asAnswered = column(0);
    browser.one("[data-column='0']").click();
    List<Double> sorted = new ArrayList<>(asAnswered);
    sorted.sort(Comparator.nullsLast(Comparator.reverseOrder()));
    assertThat(column(0)).isEqualTo(sorted).isNotEqualTo(asAnswered);
    assertThat(browser.one("th[aria-sort]").getDomAttribute("aria-sort")).isEqualTo("descending");
    browser.one("[data-column='0']").click();
    sorted.sort(Comparator.nullsLast(Comparator.naturalOrder()));
    assertThat(column(0)).isEqualTo(sorted);
    assertThat(browser.one("th[aria-sort]").getDomAttribute("aria-sort")).isEqualTo("ascending");
    browser.one("[data-column='-1']").click();
    assertThat(column(0)).isEqualTo(asAnswered);
  }

  private static List<Double> column(int feature) {
    return browser.all(".answer tbody td:nth-of-type(" + (feature + 1) + ")").stream()
        .map(cell -> cell.getDomAttribute("data-value"))
        .map(value -> value.equals("null") ? null : Double.valueOf(value))
        .toList();
  }

  @Test
  @Order(6)
  void timeBar_showsWhatTheServiceSays_andTheRest() {
    ask();
    Response answer =
        given()
            .baseUri(running.service())
            .contentType(ContentType.JSON)
            .body(BODY)
            .post("/v1/features");
    List<String> parts = new ArrayList<>();
    String header = answer.header("Server-Timing");
    if (header != null) {
      Pattern.compile("([a-z]+);dur=")
          .matcher(header)
          .results()
          .forEach(part -> parts.add(part.group(1)));
    }
    parts.add("rest");
    assertThat(browser.all(".time-bar span"))
        .extracting(piece -> piece.getDomAttribute("data-part"))
        .containsExactlyElementsOf(parts);
    double sum = 0;
    for (String part : parts) {
      sum += legend(part);
    }
    assertThat(sum).isPositive().isCloseTo(legend("all"), within(1e-6));
  }

  private static double legend(String part) {
    return Double.parseDouble(
        browser.one(".legend [data-part=" + part + "]").getDomAttribute("data-millis"));
  }

  @Test
  @Order(7)
  void timeBar_readsServerTiming() {
    assertThat(
            browser.runAsync(
                "const { serverTiming } = await import('/app/ranker.js');"
                    + "return JSON.stringify(serverTiming('store;dur=1.2, decay;desc=\"x\";dur=0.1,encode;dur=3, cache'));"))
        .isEqualTo(
            "[{\"name\":\"store\",\"millis\":1.2},{\"name\":\"decay\",\"millis\":0.1},{\"name\":\"encode\",\"millis\":3}]");
  }

  @Test
  @Order(8)
  void snippets_areTheSameCall_forOtherPrograms() throws Exception {
    ask();
    // Let the shell itself split the line into words.
    String words =
        output("bash", "-c", "curl() { printf '%s\\n' \"$@\"; }\n" + browser.text("#snippet"));
    assertThat(words).contains(running.service() + "/v1/features\n").endsWith("-d\n" + BODY + "\n");

    browser.one("#tab-python").click();
    assertThat(browser.text("#snippet"))
        .contains("import requests")
        .contains("\"" + running.service() + "/v1/features\"")
        .contains("body = r\"\"\"" + BODY + "\"\"\"");

    browser.one("#tab-java").click();
    Path source = Files.writeString(folder.resolve("Ask.java"), browser.text("#snippet"));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String answer = output(java, source.toString());
    assertThat(answer).startsWith("200 {");
    assertThat(JsonPath.from(answer.substring(4)).getList("results")).hasSize(6);
  }

  private static String output(String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // With the build's setting, Java would print that it picked it up. A reader's machine does not
    // have it.
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  @Test
  @Order(9)
  void explanation_isArithmeticThatComesOut_forACount() {
    ask();
    WebElement cell = browser.one("tr[data-row='0'] td");
    double answered = Double.parseDouble(cell.getDomAttribute("data-value"));
    browser.one("tr[data-row='0'] td button").click();
    Map<String, Double> shown = explanation();
    assertThat(browser.text("#explain-title")).isEqualTo("post.view.1h");
    assertThat(shown.get("tau")).isEqualTo(3_600_000);
    assertThat(shown.get("stored-0")).isEqualTo(inTable("post", "p1", "view", "1h"));
    assertThat(shown.get("elapsed")).isPositive();
    assertThat(shown.get("result"))
        .isCloseTo(decayed(shown, 0), within(TOLERANCE * answered))
        .isCloseTo(answered, within(TOLERANCE * answered));
    assertThat(browser.text("#explain .verdict")).startsWith("✓");
  }

  @Test
  @Order(10)
  void explanation_dividesBothSides_forRatios() {
    ask();
    browser.all("tr[data-row='0'] td button").get(1).click();
    Map<String, Double> shown = explanation();
    assertThat(shown.get("result"))
        .isCloseTo(decayed(shown, 0) / decayed(shown, 1), within(TOLERANCE));
    assertThat(browser.text("#explain .verdict")).startsWith("✓");
    browser.press(Keys.ESCAPE);

    browser.all("tr[data-row='0'] td button").get(2).click();
    browser.await(
        "the other ratio", () -> browser.text("#explain-title").equals("post.smoothed.1h"));
    shown = explanation();
    assertThat(shown.get("result"))
        .isCloseTo((decayed(shown, 0) + 20 * 0.05) / (decayed(shown, 1) + 20), within(TOLERANCE));
    assertThat(browser.text("#explain .verdict")).startsWith("✓");
  }

  @Test
  @Order(11)
  void explanation_findsKeysThatAreEscaped() {
    ask();
    browser.all("tr[data-row='2'] td button").get(4).click();
    Map<String, Double> shown = explanation();
    assertThat(browser.text("#explain-title")).isEqualTo("user_post.view.1d");
    assertThat(shown.get("stored-0"))
        .isEqualTo(inTable("user_post", "it's \\\\ \"1\"|a\\|b", "view", "1d"));
  }

  @Test
  @Order(12)
  void catalog_isATree_withFormulasAndValues() {
    assertThat(browser.all("#tree > details > summary > b"))
        .extracting(WebElement::getText)
        .containsExactly("user", "post", "user_post", "clip");
    browser.run("document.querySelectorAll('#tree details').forEach((one) => one.open = true)");
    assertThat(browser.text("[data-feature='post.view.1h'] .formula"))
        .isEqualTo(
            "value × exp(−elapsed / 3 600 000 ms)".replace("3 600 000", "3\u202f600\u202f000"));
    assertThat(browser.text("[data-feature='user.timespent.lifetime'] .formula"))
        .isEqualTo("value, never decays");
    assertThat(browser.text("[data-group=post] [data-measure=smoothed] summary"))
        .contains("(like + 20.0 * 0.05) / (view + 20.0)")
        .contains("prior 0.05, weight 20");
    assertThat(browser.all("#tree li[data-feature]")).hasSize(15 + 12 + 1 + 10 + 9);

    WebElement key = browser.one("[data-group=post] input");
    key.clear();
    key.sendKeys("p1", Keys.ENTER);
    browser.await("values", () -> browser.one("[data-feature='post.ctr.1h'] button").isDisplayed());
    browser.one("[data-feature='post.like.1m'] button").click();
    Map<String, Double> shown = explanation();
    assertThat(shown.get("stored-0")).isEqualTo(inTable("post", "p1", "like", "1m"));
    assertThat(shown.get("result"))
        .isCloseTo(decayed(shown, 0), within(TOLERANCE * shown.get("stored-0")));
  }

  @Test
  @Order(12)
  void windows_areExplained_byABarForEachPane() {
    explainClip("plays.last_1h", "6");
    assertThat(browser.text("#explain [data-what=result]")).isEqualTo("6");
    // One event in the first minute, three in the second, two in the third.
    assertThat(bars())
        .containsExactly(
            minute(0) + ": 1, 33 %", minute(1) + ": 3, 100 %", minute(2) + ": 2, 67 %");
    browser.press(Keys.ESCAPE);

    explainClip("length_mean.last_1h", "35");
    assertThat(browser.text("#explain [data-what=result]")).isEqualTo("35");
    // For a mean, the bars show weights.
    assertThat(bars())
        .containsExactly(
            minute(0) + ": 1, 33 %", minute(1) + ": 3, 100 %", minute(2) + ": 2, 67 %");
  }

  private static String minute(int number) {
    return Instant.ofEpochSecond(CLIP_MINUTE + 60L * number)
        .toString()
        .replace("T", " ")
        .replace("Z", "");
  }

  @Test
  @Order(12)
  void histograms_areExplained_byABarForEachLabel() {
    explainClip("countries.lifetime", "3 labels");
    assertThat(browser.all("#explain [data-what=result]")).isEmpty();
    assertThat(bars()).containsExactly("DE: 3, 100 %", "FR: 2, 67 %", "other: 1, 33 %");
    browser.press(Keys.ESCAPE);

    explainClip("countries.last_1h", "3 labels");
    assertThat(bars()).containsExactly("DE: 3, 100 %", "FR: 2, 67 %", "other: 1, 33 %");
  }

  @Test
  @Order(12)
  void lists_areExplained_byATableOfTheirEntries_newestFirst() {
    explainClip("latest", "3 entries");
    assertThat(browser.all("#explain [data-what=result]")).isEmpty();
    assertThat(entries())
        .containsExactly(
            "country | lengthMs | when",
            "AT | 60 | " + whenOf(130),
            "FR | 50 | " + whenOf(125),
            "FR | 40 | " + whenOf(80));
    assertThat(browser.one("#explain .entries tbody td[title]").getDomAttribute("title"))
        .isEqualTo(
            Instant.ofEpochSecond(CLIP_MINUTE + 130)
                .toString()
                .replace("T", " ")
                .replace("Z", ".000Z"));
    browser.press(Keys.ESCAPE);

    explainClip("latest.size", "3");
    assertThat(sum()).endsWith("formula: size(latest)", "size(latest): 3", "result: 3");
    assertThat(entries()).isEmpty();
  }

  @Test
  @Order(12)
  void firstsAndLasts_areExplained_byWhenTheyWere() {
    explainClip("premiere", "DE");
    assertThat(browser.text("#explain [data-what=result]")).isEqualTo("DE");
    assertThat(entries()).containsExactly("country | when", "DE | " + whenOf(5));
    browser.press(Keys.ESCAPE);

    explainClip("length_last", "60");
    assertThat(browser.text("#explain [data-what=result]")).isEqualTo("60");
    assertThat(entries()).containsExactly("lengthMs | when", "60 | " + whenOf(130));
  }

  @Test
  @Order(12)
  void uniqueCounts_standBesideCounts() {
    explainClip("origins.lifetime", "3");
    Map<String, Double> shown = explanation();
    assertThat(shown.get("stored-0")).isEqualTo(3);
    assertThat(decayed(shown, 0)).isEqualTo(3);
    assertThat(browser.text("#explain .verdict")).startsWith("✓");
    browser.press(Keys.ESCAPE);

    explainClip("origins.last_1h", "3");
    // Each user counts in the pane of their last event: DE at 70 s, FR at 125 s, AT at 130 s.
    assertThat(bars()).containsExactly(minute(1) + ": 1, 50 %", minute(2) + ": 2, 100 %");
    browser.press(Keys.ESCAPE);

    browser.one("#live-group option[value=clip]").click();
    assertThat(browser.all("#live-measure option"))
        .extracting(WebElement::getText)
        .containsExactly("plays", "skips", "origins");
  }

  /** How long before the explanation's instant a play happened, which is some minutes. */
  private static String whenOf(int second) {
    long asOf = Long.parseLong(browser.text("#explain [data-what=as-of]"));
    return (asOf / 1000 - CLIP_MINUTE - second) / 60 + " minutes ago";
  }

  /** Each row of an explanation's table of entries. */
  @SuppressWarnings("unchecked")
  private static List<String> entries() {
    return (List<String>)
        browser.run(
            "return [...document.querySelectorAll('#explain .entries tr')].map((row) =>"
                + " [...row.cells].map((cell) => cell.innerText).join(' | '))");
  }

  @Test
  @Order(12)
  void formulas_areExplained_operandByOperand_withTheirStatuses() {
    explainClip("kept", "3");
    assertThat(sum())
        .endsWith(
            "formula: plays.lifetime / (skips.lifetime + 2)",
            "plays.lifetime: 6",
            "skips.lifetime: 0",
            "result: 3");
    assertThat(bars()).isEmpty();
    browser.press(Keys.ESCAPE);

    // A clip's key does not tell which post it belongs to.
    explainClip("liked", "null");
    assertThat(sum())
        .endsWith(
            "formula: plays.lifetime + post.like.lifetime",
            "plays.lifetime: 6",
            "post.like.lifetime: null NO_KEY",
            "result: null NO_KEY");
  }

  @Test
  @Order(12)
  void answersOfEveryKind_areInTheTable_andExplained() {
    ask(
        """
        {"features": ["clip.countries.lifetime", "clip.plays.last_1h", "clip.kept", "clip.latest", "clip.premiere"],
         "candidates": [{"clipId": "c1"}, {"clipId": "none"}], "include": ["statuses"]}""");
    assertThat(browser.all(".answer tr[data-row='0'] td"))
        .extracting(cell -> cell.getDomAttribute("data-value"), WebElement::getText)
        .containsExactly(
            tuple("{\"DE\":3,\"FR\":2,\"other\":1}", "3 labels"),
            tuple("6", "6"),
            tuple("3", "3"),
            tuple(
                "[{\"country\":\"AT\",\"lengthMs\":60,\"at\":%d},{\"country\":\"FR\",\"lengthMs\":50,\"at\":%d},{\"country\":\"FR\",\"lengthMs\":40,\"at\":%d}]"
                    .formatted(
                        1000 * (CLIP_MINUTE + 130),
                        1000 * (CLIP_MINUTE + 125),
                        1000 * (CLIP_MINUTE + 80)),
                "3 entries"),
            tuple("DE", "DE"));
    assertThat(browser.all(".answer tr[data-row='1'] td"))
        .extracting(WebElement::getText)
        .containsExactly(
            "0 labels NOT_FOUND",
            "0 NOT_FOUND",
            "0 NOT_FOUND",
            "0 entries NOT_FOUND",
            "null NOT_FOUND");
    browser.one("tr[data-row='0'] td button").click();
    browser.await("the labels", () -> !bars().isEmpty());
    assertThat(bars()).containsExactly("DE: 3, 100 %", "FR: 2, 67 %", "other: 1, 33 %");
  }

  /** Reads the clip's values in the catalog, and explains one that is shown there as a text. */
  private static void explainClip(String feature, String shown) {
    browser.run("document.querySelectorAll('#tree details').forEach((one) => one.open = true)");
    WebElement key = browser.one("[data-group=clip] input");
    key.clear();
    key.sendKeys("c1", Keys.ENTER);
    String button = "[data-feature='clip." + feature + "'] button";
    browser.await("values", () -> browser.one(button).isDisplayed());
    assertThat(browser.text(button)).isEqualTo(shown);
    browser.one(button).click();
    browser.await("its item", () -> !browser.all("#explain .sum tr").isEmpty());
    assertThat(browser.text("#explain-title")).isEqualTo("clip." + feature);
  }

  /** Each row of an explanation's table: its name, its value, and the remark about it. */
  @SuppressWarnings("unchecked")
  private static List<String> sum() {
    return (List<String>)
        browser.run(
            "return [...document.querySelectorAll('#explain .sum tr')].map((row) =>"
                + " `${row.cells[0].innerText}: ${row.cells[1].innerText} ${row.cells[2].innerText}`.trim())");
  }

  /** Each bar of an explanation: its label, its number, and its length relative to the longest. */
  @SuppressWarnings("unchecked")
  private static List<String> bars() {
    return (List<String>)
        browser.run(
            "const rows = [...document.querySelectorAll('#explain .bars tr')];"
                + "const drawn = (row) => row.querySelector('.bar').getBoundingClientRect().width;"
                + "const longest = Math.max(...rows.map(drawn));"
                + "return rows.map((row) => `${row.cells[0].innerText}: ${row.querySelector('.value').innerText},"
                + " ${Math.round((100 * drawn(row)) / longest)} %`)");
  }

  @Test
  @Order(13)
  void everyTabStop_hasAName_andAnOutline() {
    // Do not click, because the tab key would then continue from the clicked element.
    browser.run("document.getElementById('ask-form').requestSubmit()");
    browser.await("the answer", () -> !browser.all(".answer tbody tr").isEmpty());
    Set<String> stops = new LinkedHashSet<>();
    for (int i = 0; i < MOST_TAB_STOPS; i++) {
      browser.press(Keys.TAB);
      String stop =
          (String)
              browser.run(
                  "const e = document.activeElement; return e === document.body ? '' :"
                      + " e.tagName + '#' + e.id + '.' + [...document.querySelectorAll('*')].indexOf(e)");
      if (stop.isEmpty() || !stops.add(stop)) {
        break;
      }
      WebElement focused = browser.focused();
      assertThat(focused.getAccessibleName()).as(stop).isNotBlank();
      assertThat(focused.getCssValue("outline-style")).as(stop).isEqualTo("solid");
      assertThat(focused.getCssValue("outline-width")).as(stop).isEqualTo("2px");
    }
    assertThat(String.join(" ", stops))
        .startsWith("A#.")
        .contains(
            "#live-group",
            "#send-body",
            "#send-button",
            "#ask-body",
            "#ask-button",
            "#tab-curl",
            "#snippet",
            "SUMMARY#");
  }

  @Test
  @Order(14)
  void keyboardAlone_isEnough() {
    browser.press(Keys.TAB, Keys.ENTER);
    assertThat(browser.focused().getDomProperty("id")).isEqualTo("main");
    tabTo("send-button");
    browser.press(Keys.ENTER);
    awaitReadable();

    tabTo("ask-body");
    browser.pressWith(Keys.CONTROL, Keys.ENTER);
    browser.await("the answer", () -> !browser.all(".answer tbody tr").isEmpty());
    tabTo("tab-curl");
    browser.press(Keys.ARROW_RIGHT);
    assertThat(browser.text("#snippet")).startsWith("import requests");
    tabTo("ask-table");
    browser.press(Keys.TAB, Keys.TAB, Keys.ENTER);
    assertThat(browser.one("th[aria-sort]").getDomAttribute("aria-sort")).isEqualTo("descending");
    browser.await(
        "a value in focus",
        () -> {
          browser.press(Keys.TAB);
          return browser.focused().getDomProperty("className").equals("number");
        });
    WebElement value = browser.focused();
    browser.press(Keys.ENTER);
    explanation();
    browser.press(Keys.ESCAPE);
    assertThat(browser.one("#explain").isDisplayed()).isFalse();
    assertThat(browser.focused()).isEqualTo(value);
  }

  private static void tabTo(String id) {
    for (int i = 0; i < MOST_TAB_STOPS; i++) {
      if (browser.focused().getDomProperty("id").equals(id)) {
        return;
      }
      browser.press(Keys.TAB);
    }
    throw new AssertionError("the tab key does not come to " + id);
  }

  @Test
  @Order(15)
  void phone_needsNoScrollingToTheSide() {
    browser.screen(PHONE_WIDTH, 740, "light");
    openPage();
    ask();
    browser.run("document.querySelectorAll('#tree details').forEach((one) => one.open = true)");
    assertThat(browser.run("return document.documentElement.scrollWidth"))
        .isEqualTo((long) PHONE_WIDTH);
    assertThat(browser.run("return [...document.querySelectorAll('.plot canvas')].length"))
        .isEqualTo(3L);
    browser.one("tr[data-row='0'] td button").click();
    explanation();
    assertThat((Long) browser.run("return document.querySelector('#explain').scrollWidth"))
        .isLessThanOrEqualTo(PHONE_WIDTH);
  }

  @Test
  @Order(16)
  void colours_followTheUsersChoice() {
    assertThat(brightness()).isGreaterThan(230);
    browser.screen(1440, 900, "dark");
    assertThat(brightness()).isLessThan(40);
    assertThat(contrast()).isGreaterThan(7);
  }

  private static long brightness() {
    return (Long)
        browser.run(
            "const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number);"
                + "return Math.round(0.2126 * r + 0.7152 * g + 0.0722 * b)");
  }

  /** The contrast between text and background, as defined in WCAG 2. */
  private static double contrast() {
    return ((Number)
            browser.run(
                "const light = (colour) => { const [r, g, b] = colour.match(/\\d+/g).map((v) => { const s = v / 255;"
                    + " return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4; });"
                    + " return 0.2126 * r + 0.7152 * g + 0.0722 * b; };"
                    + "const style = getComputedStyle(document.body);"
                    + "const [a, b] = [light(style.color), light(style.backgroundColor)];"
                    + "return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)"))
        .doubleValue();
  }

  @Test
  @Order(17)
  void page_loadsNothingFromElsewhere() {
    @SuppressWarnings("unchecked")
    List<String> addresses =
        (List<String>)
            browser.run("return performance.getEntriesByType('resource').map((one) => one.name)");
    assertThat(addresses)
        .anyMatch(address -> address.endsWith("/app/main.js"))
        .allMatch(address -> address.startsWith(running.console() + "/"));
  }

  @Test
  @Order(18)
  void links_leadToTheServicesOwnPages() {
    assertThat(browser.one("#api-link").getDomAttribute("href"))
        .isEqualTo(running.service() + "/swagger-ui.html");
  }

  /** ConsoleApiIT tests that the console sends its key, and that the service refuses any other. */
  @Test
  @Order(18)
  void refusalByTheService_isSaid_andSnippetsNameTheKeyThatTheConsoleHas() throws Exception {
    String keyed =
        "const own = window.fetch; window.fetch = (path, options) =>"
            + " window.refuse ? Promise.resolve(new Response('{}', { status: 401 }))"
            + " : String(path).includes('console/api/settings')"
            + " ? own(path, options).then((answer) => answer.json())"
            + ".then((settings) => Response.json({ ...settings, hasApiKey: true }))"
            + " : own(path, options);";
    try (AutoCloseable changed = browser.beforePages(keyed)) {
      openPage();
      assertThat(browser.text("#snippet")).contains("X-Api-Key: $API_KEY");
      assertThat(browser.one("#refused").isDisplayed()).isFalse();
      browser.run("window.refuse = true");
      browser.await("the banner", () -> browser.one("#refused").isDisplayed());
      assertThat(browser.text("#refused")).contains("401").contains("API key");
      browser.run("window.refuse = false");
      browser.await("no banner", () -> !browser.one("#refused").isDisplayed());
    }
  }

  @Test
  @Order(18)
  void sessions_areOnALineOfTime_theOneThatGoesOnBesideThoseThatEnded() {
    browser.await("two visits that ended", RULE_LIMIT, () -> sessionBars("false").size() == 2);
    assertThat(browser.one("#sessions-key input").getDomProperty("value")).isEqualTo("walker");
    browser.one("#sessions-window option[value='3600000']").click();
    assertThat(sessionBars("false"))
        .containsExactly(
            1_000 * WALK + "-" + 1_000 * (WALK + 50),
            1_000 * (WALK + 300) + "-" + 1_000 * (WALK + 300));
    assertThat(sessionBars("true")).isEmpty();
    // A visit of 50 s, and another that starts 300 s later, on a timeline of an hour.
    browser.await("an hour's line", () -> Math.abs(place(1) - place(0) - 300 / 3_600.0) < 0.002);
    assertThat(
            ((Number)
                    browser.run(
                        "return document.querySelector('.session').getBoundingClientRect().width"
                            + " / document.getElementById('sessions-line').clientWidth"))
                .doubleValue())
        .isCloseTo(50 / 3_600.0, within(0.002));
    assertThat(browser.one("#sessions-line").getAccessibleName())
        .isEqualTo("2 sessions in the last 1 h");
    assertThat(visits()).containsExactly("0 s | 1 | 0 | gap", "50 s | 2 | 1 | gap");

    send("walker");
    browser.await("the one that goes on", () -> sessionBars("true").size() == 1);
    assertThat(sessionBars("false")).hasSize(2);
    assertThat(visits())
        .containsExactly("0 s | 0 | 1 | open", "0 s | 1 | 0 | gap", "50 s | 2 | 1 | gap");
  }

  /** The start and end of each drawn session, either open or ended ones. */
  @SuppressWarnings("unchecked")
  private static List<String> sessionBars(String open) {
    return (List<String>)
        browser.run(
            "return [...document.querySelectorAll(`.session[data-open=${arguments[0]}]`)]"
                + ".map((bar) => `${bar.dataset.start}-${bar.dataset.end}`)",
            open);
  }

  /** The start of a session's bar, as a share of the timeline. */
  private static double place(int bar) {
    return ((Number)
            browser.run(
                "const line = document.getElementById('sessions-line');"
                    + "return document.querySelectorAll('.session')[arguments[0]].offsetLeft / line.clientWidth",
                bar))
        .doubleValue();
  }

  /** The rows of the table of sessions, without the start times. */
  @SuppressWarnings("unchecked")
  private static List<String> visits() {
    return (List<String>)
        browser.run(
            "return [...document.querySelectorAll('#sessions-table tbody tr')].map((row) =>"
                + " [...row.cells].slice(1).map((cell) => cell.innerText).join(' | '))");
  }

  @Test
  @Order(18)
  void user_isBlocked_andServedAgain_byTwoButtons() {
    WebElement key = browser.one("#sessions-key input");
    key.clear();
    key.sendKeys("u2", Keys.ENTER);
    browser.await("its features", () -> now("user.view.lifetime").equals("1 OK"));
    browser.one("[data-list=bots][data-blocks=true]").click();
    browser.await(
        "the block",
        RULE_LIMIT,
        () -> browser.text("#rules-status").startsWith("u2 on the list bots: BLOCKED after"));
    assertThat(now("user.view.lifetime")).isEqualTo("null BLOCKED");
    assertThat(statusOf("u2")).isEqualTo("BLOCKED");
    assertThat(statusOf("walker")).isEqualTo("OK");

    browser.one("[data-list=bots][data-blocks=false]").click();
    browser.await(
        "the end of it",
        RULE_LIMIT,
        () -> browser.text("#rules-status").startsWith("u2 off the list bots: served again"));
    assertThat(now("user.view.lifetime")).isEqualTo("1 OK");
    assertThat(statusOf("u2")).isEqualTo("OK");
  }

  private static String now(String feature) {
    List<WebElement> cells = browser.all("[data-now='" + feature + "'] td");
    return cells.isEmpty() ? "" : cells.get(0).getText() + " " + cells.get(1).getText();
  }

  /** The status that the service returns to any caller. */
  private static String statusOf(String user) {
    return given()
        .baseUri(running.service())
        .contentType(ContentType.JSON)
        .body(
            "{\"features\": [\"user.view.lifetime\"], \"candidates\": [{\"userId\": \"%s\"}], \"include\": [\"statuses\"]}"
                .formatted(user))
        .post("/v1/features")
        .then()
        .statusCode(200)
        .extract()
        .path("results[0].statuses[0]");
  }

  @Test
  @Order(19)
  void job_isDown_whenItsProcessEnds() {
    running.stack().jobProcess().close();
    browser.await(
        "the job down", () -> browser.all("[data-component=job][data-state=DOWN]").size() == 1);
    assertThat(browser.text("[data-component=job] .detail")).isEqualTo("Flink does not answer");
    running.stack().restartJob();
    browser.await(
        "the job up", () -> browser.all("[data-component=job][data-state=UP]").size() == 1);
  }
}
