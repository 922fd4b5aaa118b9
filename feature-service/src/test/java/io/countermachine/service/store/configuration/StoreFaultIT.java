package io.countermachine.service.store.configuration;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.local.faults.FaultProxy;
import io.countermachine.local.faults.FaultRules;
import io.countermachine.local.faults.StoreFault;
import io.countermachine.local.process.Await;
import io.countermachine.measure.Counters;
import io.countermachine.service.StoredService;
import io.countermachine.service.TestCatalog;
import io.countermachine.service.TestItems;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The service while its store fails. Every value must be right or marked as unknown, every response
 * must come by the deadline, and everything must work again once the store does. The tests run
 * without a near cache and with one.
 *
 * <p>A request needs 400 keys, and therefore four calls to the store. Every even post has as many
 * views as its number, and every odd one was never seen. The store client's time limits are far
 * longer than a request's deadline, so that if a test sets one, only the deadline can have ended
 * the wait.
 */
@ParameterizedClass(name = "cache for {0}")
@ValueSource(strings = {"0", "1s"})
class StoreFaultIT {
  private static final Catalog CATALOG = CatalogLoader.parse("test.yaml", TestCatalog.YAML);
  private static final long T0 = 1_707_605_600_000L;
  private static final int POSTS = 400;
  private static final String READ = "BatchGetItem";
  private static final Duration STORE_PATIENCE = Duration.ofSeconds(8);
  private static final Set<String> KINDS =
      Set.of("Throttled", "ServerError", "Unprocessed", "Reset", "Silence", "LateAnswer");
  private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(30);

  /** How much later than its deadline a response may come on a busy machine. */
  private static final Duration SLACK = Duration.ofSeconds(2);

  /** How much later than its deadline the wait for the store may end. */
  private static final Duration WAKING = Duration.ofMillis(300);

  private static final Pattern STORE_TIME = Pattern.compile("store;dur=([0-9.]+)");

  private static final String BODY =
      IntStream.range(0, POSTS)
          .mapToObj("{\"postId\":\"p%d\"}"::formatted)
          .collect(
              Collectors.joining(
                  ",",
                  "{\"features\":[\"post.view.lifetime\"],\"include\":[\"statuses\"],\"candidates\":[",
                  "]}"));

  @TempDir private static Path folder;
  private static StoredService stored;
  private static FaultProxy proxy;

  /** How long the near cache keeps copies. */
  @Parameter String maxAge;

  /**
   * Starts the service.
   *
   * @param maxAge how long the near cache keeps copies
   */
  @BeforeParameterizedClassInvocation
  static void start(String maxAge) throws IOException {
    stored =
        StoredService.start(
            Files.createDirectory(folder.resolve("cache-" + maxAge)),
            StoreFaultIT::fill,
            store -> {
              proxy = FaultProxy.start(store);
              return proxy.endpoint();
            },
            "--counter-machine.dynamodb.attempt-timeout=" + STORE_PATIENCE.toMillis() + "ms",
            "--counter-machine.dynamodb.call-timeout=" + STORE_PATIENCE.toMillis() + "ms",
            "--counter-machine.dynamodb.connection-timeout=5s",
            "--counter-machine.request.deadline=20s",
            "--counter-machine.cache.max-age=" + maxAge,
            "--counter-machine.cache.stale-if-error=0");
  }

  private static void fill(DynamoDbClient client) {
    for (int i = 0; i < POSTS; i += 2) {
      Counters post = new Counters(CATALOG.group("post").orElseThrow().schema());
      post.add(0, i, T0);
      String key = "p" + i;
      TestItems.put(client, key, TestItems.values(post), ItemFormat.READABLE);
    }
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    stored.close();
    proxy.close();
  }

  /** A store that does not respond leaves no copies, because failures are not cached. */
  @BeforeEach
  void beginWithoutCopies() {
    proxy.rules(FaultRules.always(StoreFault.serverError()).on(READ));
    Await.until("the end of copies for " + maxAge, RECOVERY_LIMIT, () -> errors(ask()) == POSTS);
    proxy.rules(FaultRules.none());
  }

  /** After every test, the service must recover by itself. */
  @AfterEach
  void recover() {
    proxy.rules(FaultRules.none());
    proxy.restore();
    awaitWholeAnswer();
  }

  private static void awaitWholeAnswer() {
    Await.until("the recovery of the service", RECOVERY_LIMIT, () -> errors(ask()) == 0);
  }

  private static RequestSpecification api() {
    return given(stored.service().requests()).contentType(ContentType.JSON);
  }

  private static Response ask() {
    return api().body(BODY).post("/v1/features");
  }

  /** Sends a request with a deadline, and checks that the deadline is met. */
  private static Response askWithin(Duration deadline) {
    long begin = System.nanoTime();
    Response answer =
        api().header("X-Deadline-Ms", deadline.toMillis()).body(BODY).post("/v1/features");
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    assertThat(took).isLessThan(deadline.plus(SLACK)).isLessThan(STORE_PATIENCE);
    assertThat(waitForStore(answer)).isLessThan(deadline.plus(WAKING));
    return answer;
  }

  /** How long the service reports that it waited for the store; 0 in a problem. */
  private static Duration waitForStore(Response answer) {
    Matcher store = STORE_TIME.matcher(answer.header("Server-Timing"));
    assertThat(store.find()).isTrue();
    return Duration.ofNanos((long) (Double.parseDouble(store.group(1)) * 1_000_000));
  }

  /**
   * Checks that a response has no wrong value, and counts the keys that it reports as unknown. A
   * response without any known key is a 503.
   */
  private static int errors(Response answer) {
    if (answer.statusCode() == 503) {
      answer
          .then()
          .contentType("application/problem+json")
          .header("Retry-After", notNullValue())
          .body("status", equalTo(503));
      return POSTS;
    }
    assertThat(answer.statusCode()).isEqualTo(200);
    List<Map<String, List<?>>> results = answer.path("results");
    assertThat(results).hasSize(POSTS);
    int errors = 0;
    for (int i = 0; i < POSTS; i++) {
      Object value = results.get(i).get("values").get(0);
      Object status = results.get(i).get("statuses").get(0);
      if (status.equals("ERROR")) {
        errors++;
        assertThat(value).as("p%d", i).isNull();
      } else {
        assertThat(status).as("p%d", i).isEqualTo(i % 2 == 0 ? "OK" : "NOT_FOUND");
        assertThat(((Number) value).doubleValue()).as("p%d", i).isEqualTo(i % 2 == 0 ? i : 0);
      }
    }
    assertThat((boolean) answer.path("metadata.partial")).isEqualTo(errors > 0);
    assertThat(errors).as("an answer without any value is a 503").isLessThan(POSTS);
    return errors;
  }

  /** How many of the requests got a response that was not a problem, though possibly partial. */
  private static int answers(int asked, Duration deadline) {
    int answers = 0;
    for (int i = 0; i < asked; i++) {
      answers += errors(askWithin(deadline)) < POSTS ? 1 : 0;
    }
    return answers;
  }

  private static long injected(String fault) {
    return proxy.injected().getOrDefault(fault, 0L);
  }

  private static double metric(String name) {
    String all = api().get("/actuator/prometheus").asString();
    Matcher line = Pattern.compile("(?m)^" + Pattern.quote(name) + " (\\S+)$").matcher(all);
    return line.find() ? Double.parseDouble(line.group(1)) : 0;
  }

  @Test
  void answer_isWhole_whenNothingFails() {
    assertThat(errors(ask())).isZero();
  }

  @Test
  void request_is503_whenEveryCallIsThrottled() {
    proxy.rules(FaultRules.always(StoreFault.throttled()).on(READ));

    assertThat(ask().statusCode()).isEqualTo(503);
    assertThat(errors(askWithin(Duration.ofMillis(300)))).isEqualTo(POSTS);
    // A stored key is never reported as absent, and an absent one never as stored.
    api().get("/v1/groups/post/p2").then().statusCode(503);
    api().get("/v1/groups/post/p1").then().statusCode(503);
  }

  @Test
  void answer_isWhole_whenACallIsThrottledOnce() {
    long before = injected("Throttled");
    proxy.rules(FaultRules.inTurn(StoreFault.throttled()).on(READ));

    assertThat(errors(ask())).isZero();
    assertThat(injected("Throttled")).isEqualTo(before + 1);
  }

  @Test
  void request_is503_whenEveryCallIsAnsweredWith500() {
    proxy.rules(FaultRules.always(StoreFault.serverError()).on(READ));

    assertThat(ask().statusCode()).isEqualTo(503);
    assertThat(errors(askWithin(Duration.ofMillis(300)))).isEqualTo(POSTS);
  }

  @Test
  void answer_isWhole_whenHalfOfTheKeysIsLeftUnprocessedEachTime() {
    long before = injected("Unprocessed");
    proxy.rules(FaultRules.always(StoreFault.unprocessed(0.5)).on(READ));

    assertThat(errors(ask())).isZero();
    assertThat(injected("Unprocessed")).as("each call is repeated").isGreaterThan(before + 4);
  }

  @Test
  void request_is503_whenNoKeyIsEverProcessed() {
    proxy.rules(FaultRules.always(StoreFault.unprocessed(1)).on(READ));

    assertThat(errors(askWithin(Duration.ofMillis(300)))).isEqualTo(POSTS);
  }

  @Test
  void answer_isPartial_whenSomeCallsNeverReturn() {
    // Two calls pass. No later one gets a response, including hedges.
    proxy.rules(FaultRules.from(2, StoreFault.silence()).on(READ));

    Response answer = askWithin(Duration.ofSeconds(2));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(errors(answer)).isEqualTo(POSTS / 2);
  }

  @Test
  void request_is503_byItsDeadline_whenTheStoreNeverAnswers() {
    proxy.rules(FaultRules.always(StoreFault.silence()).on(READ));

    assertThat(errors(askWithin(Duration.ofMillis(300)))).isEqualTo(POSTS);
  }

  @Test
  void answer_isWhole_whenOneOfFourCallsIsSlow_becauseItIsHedged() {
    // Hedges are limited to a share of the calls, so there must be earlier calls. These leave no
    // copies.
    for (int i = 0; i < 20; i++) {
      api().get("/v1/groups/post/p2").then().statusCode(200);
    }
    double hedges = metric("countermachine_hedges_total");
    proxy.rules(FaultRules.inTurn(StoreFault.lateAnswer(STORE_PATIENCE.dividedBy(2))).on(READ));

    long begin = System.nanoTime();
    assertThat(errors(ask())).isZero();

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(STORE_PATIENCE.dividedBy(2));
    assertThat(metric("countermachine_hedges_total")).isGreaterThan(hedges);
  }

  @Test
  void answer_isHonestAndInTime_whenEveryFourthCallIsSlow() {
    proxy.rules(FaultRules.oneOf(4, StoreFault.lateAnswer(Duration.ofSeconds(4))).on(READ));

    // At least half of a request's calls pass.
    assertThat(answers(10, Duration.ofMillis(500))).isGreaterThanOrEqualTo(8);
  }

  @Test
  void answer_isWhole_whenAConnectionIsReset_andIsA503WhenAllAre() {
    proxy.rules(FaultRules.inTurn(StoreFault.reset()).on(READ));
    assertThat(errors(ask())).isZero();

    beginWithoutCopies();
    proxy.rules(FaultRules.always(StoreFault.reset()).on(READ));
    assertThat(errors(ask())).isEqualTo(POSTS);
    assertThat(errors(askWithin(Duration.ofMillis(300)))).isEqualTo(POSTS);
  }

  @Test
  void answersThatComeTooLate_changeNoLaterAnswer() {
    proxy.rules(FaultRules.always(StoreFault.lateAnswer(Duration.ofSeconds(1))).on(READ));
    assertThat(errors(askWithin(Duration.ofMillis(100)))).isEqualTo(POSTS);

    proxy.rules(FaultRules.none());
    for (int i = 0; i < 20; i++) {
      assertThat(errors(ask())).isZero();
    }
  }

  @Test
  void service_staysReady_duringAnOutage_andRecoversByItself() {
    assertThat(api().get("/actuator/health/readiness").statusCode()).isEqualTo(200);
    proxy.outage();

    assertThat(errors(ask())).isEqualTo(POSTS);
    assertThat(errors(askWithin(Duration.ofMillis(300)))).isEqualTo(POSTS);
    // Every instance sees the same outage, so it would not help to remove all of them.
    assertThat(api().get("/actuator/health/readiness").statusCode()).isEqualTo(200);

    proxy.restore();

    awaitWholeAnswer();
    Await.until(
        "readiness",
        RECOVERY_LIMIT,
        () -> api().get("/actuator/health/readiness").statusCode() == 200);
  }

  @Test
  void answers_areHonestAndInTime_whenEverythingFailsNowAndThen() {
    Map<String, Long> before = proxy.injected();
    proxy.rules(
        FaultRules.mixed(
                20260101,
                0.4,
                List.of(
                    StoreFault.throttled(),
                    StoreFault.serverError(),
                    StoreFault.unprocessed(0.5),
                    StoreFault.reset(),
                    StoreFault.silence(),
                    StoreFault.lateAnswer(Duration.ofMillis(400))))
            .on(READ));

    int asked = 0;
    int answers = 0;
    // While everything is in the cache, no calls are made, and so no faults occur.
    while (asked < 30 || !injectedSince(before).containsAll(KINDS)) {
      answers += answers(1, Duration.ofMillis(500));
      asked++;
      assertThat(asked).as("requests until %s were injected", KINDS).isLessThan(1_000);
    }
    // Even if each fault hit all calls of a request, six of ten would pass.
    assertThat(answers).isGreaterThan(asked / 2);
  }

  private static Set<String> injectedSince(Map<String, Long> before) {
    return proxy.injected().entrySet().stream()
        .filter(kind -> kind.getValue() > before.getOrDefault(kind.getKey(), 0L))
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }
}
