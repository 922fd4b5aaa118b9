package io.countermachine.service.store;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.CatalogLoader;
import io.countermachine.counters.Counters;
import io.countermachine.item.CounterTable;
import io.countermachine.item.ItemCodec;
import io.countermachine.local.Await;
import io.countermachine.local.LocalDynamoDb;
import io.countermachine.local.Ports;
import io.countermachine.local.faults.Fault;
import io.countermachine.local.faults.FaultProxy;
import io.countermachine.local.faults.FaultRules;
import io.countermachine.service.FeatureService;
import io.countermachine.service.TestCatalog;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The service while its store fails: what it answers is right or says that it is not known, an
 * answer comes by the deadline, and all is well again once the store is.
 *
 * <p>A request needs 400 keys, hence four calls to the store. Every even post has as many views as
 * its number, every odd one was never seen. The store client waits far longer than a request's
 * deadline, so that where a test sets one, only the deadline can have ended the wait.
 */
class StoreFaultIT {
  private static final Catalog CATALOG = CatalogLoader.parse("test.yaml", TestCatalog.YAML);
  private static final long T0 = 1_707_605_600_000L;
  private static final int POSTS = 400;
  private static final String READ = "BatchGetItem";
  private static final Duration STORE_PATIENCE = Duration.ofSeconds(8);
  private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(30);

  /** How much later than its deadline an answer may come on a busy machine. */
  private static final Duration SLACK = Duration.ofSeconds(3);

  private static final String BODY =
      IntStream.range(0, POSTS)
          .mapToObj("{\"postId\":\"p%d\"}"::formatted)
          .collect(
              Collectors.joining(
                  ",",
                  "{\"features\":[\"post.view.lifetime\"],\"include\":[\"statuses\"],\"candidates\":[",
                  "]}"));

  @TempDir private static Path folder;
  private static LocalDynamoDb store;
  private static FaultProxy proxy;
  private static ConfigurableApplicationContext service;
  private static int port;

  @BeforeAll
  static void start() throws IOException {
    Path catalog = Files.writeString(folder.resolve("test.yaml"), TestCatalog.YAML);
    store = LocalDynamoDb.start(folder, Ports.free()).awaitReady();
    try (DynamoDbClient client = store.client()) {
      new CounterTable(client, CounterTable.DEFAULT_NAME).createIfMissing();
      for (int i = 0; i < POSTS; i += 2) {
        Counters post = new Counters(CATALOG.group("post").orElseThrow());
        post.add(0, i, T0);
        String key = "p" + i;
        client.putItem(
            call ->
                call.tableName(CounterTable.DEFAULT_NAME)
                    .item(ItemCodec.encode(key, post, OptionalLong.empty())));
      }
    }
    proxy = FaultProxy.start(store.endpoint());
    System.setProperty("aws.accessKeyId", "local");
    System.setProperty("aws.secretAccessKey", "local");
    port = Ports.free();
    service =
        SpringApplication.run(
            FeatureService.class,
            "--server.port=" + port,
            "--counter-machine.catalog=" + catalog,
            "--counter-machine.dynamodb.endpoint=" + proxy.endpoint(),
            "--counter-machine.dynamodb.attempt-timeout=" + STORE_PATIENCE.toMillis() + "ms",
            "--counter-machine.dynamodb.call-timeout=" + STORE_PATIENCE.toMillis() + "ms",
            "--counter-machine.dynamodb.connection-timeout=5s",
            "--counter-machine.request.deadline=20s",
            // What is cached needs no store.
            "--counter-machine.cache.max-age=0");
    awaitWholeAnswer();
  }

  @AfterAll
  static void stop() {
    service.close();
    proxy.close();
    store.close();
  }

  /** Whatever a test did, the service has to recover from by itself. */
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
    return given().baseUri("http://localhost:" + port).contentType(ContentType.JSON);
  }

  private static Response ask() {
    return api().body(BODY).post("/v1/features");
  }

  /** Asks with a deadline, and checks that it is held. */
  private static Response askWithin(Duration deadline) {
    long begin = System.nanoTime();
    Response answer =
        api().header("X-Deadline-Ms", deadline.toMillis()).body(BODY).post("/v1/features");
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    assertThat(took).isLessThan(deadline.plus(SLACK)).isLessThan(STORE_PATIENCE);
    return answer;
  }

  /**
   * Checks that an answer tells no untruth, and counts the keys that it does not know. An answer
   * that knows nothing at all is a 503.
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
    proxy.rules(FaultRules.always(Fault.throttled()).on(READ));

    assertThat(ask().statusCode()).isEqualTo(503);
    assertThat(errors(askWithin(Duration.ofMillis(300)))).isEqualTo(POSTS);
    // A key that is stored is not taken for absent, nor is one that is absent.
    api().get("/v1/groups/post/p2").then().statusCode(503);
    api().get("/v1/groups/post/p1").then().statusCode(503);
  }

  @Test
  void answer_isWhole_whenACallIsThrottledOnce() {
    proxy.rules(FaultRules.inTurn(Fault.throttled()).on(READ));

    assertThat(errors(ask())).isZero();
    assertThat(proxy.injected()).containsKey("Throttled");
  }

  @Test
  void request_is503_whenEveryCallIsAnsweredWith500() {
    proxy.rules(FaultRules.always(Fault.serverError()).on(READ));

    assertThat(ask().statusCode()).isEqualTo(503);
    assertThat(errors(askWithin(Duration.ofMillis(300)))).isEqualTo(POSTS);
  }

  @Test
  void answer_isWhole_whenHalfOfTheKeysIsLeftUnprocessedEachTime() {
    proxy.rules(FaultRules.always(Fault.unprocessed(0.5)).on(READ));

    assertThat(errors(ask())).isZero();
    assertThat(proxy.injected()).containsKey("Unprocessed");
  }

  @Test
  void request_is503_whenNoKeyIsEverProcessed() {
    proxy.rules(FaultRules.always(Fault.unprocessed(1)).on(READ));

    assertThat(errors(askWithin(Duration.ofMillis(300)))).isEqualTo(POSTS);
  }

  @Test
  void answer_isPartial_whenSomeCallsNeverReturn() {
    // Two calls pass; all later ones, hedges too, are never answered.
    proxy.rules(FaultRules.from(2, Fault.silence()).on(READ));

    Response answer = askWithin(Duration.ofSeconds(2));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(errors(answer)).isEqualTo(POSTS / 2);
  }

  @Test
  void request_is503_byItsDeadline_whenTheStoreNeverAnswers() {
    proxy.rules(FaultRules.always(Fault.silence()).on(READ));

    assertThat(errors(askWithin(Duration.ofMillis(300)))).isEqualTo(POSTS);
  }

  @Test
  void answer_isWhole_whenOneOfFourCallsIsSlow_becauseItIsHedged() {
    // Hedges are a share of the calls, so there have to be calls before.
    for (int i = 0; i < 5; i++) {
      assertThat(errors(ask())).isZero();
    }
    double hedges = metric("countermachine_hedges_total");
    proxy.rules(FaultRules.inTurn(Fault.lateAnswer(STORE_PATIENCE.dividedBy(2))).on(READ));

    long begin = System.nanoTime();
    assertThat(errors(ask())).isZero();

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(STORE_PATIENCE.dividedBy(2));
    assertThat(metric("countermachine_hedges_total")).isGreaterThan(hedges);
  }

  @Test
  void answer_isHonestAndInTime_whenEveryFourthCallIsSlow() {
    proxy.rules(FaultRules.oneOf(4, Fault.lateAnswer(Duration.ofSeconds(4))).on(READ));

    for (int i = 0; i < 10; i++) {
      assertThat(errors(askWithin(Duration.ofMillis(500)))).isBetween(0, POSTS);
    }
  }

  @Test
  void answer_isWhole_whenAConnectionIsReset_andIsA503WhenAllAre() {
    proxy.rules(FaultRules.inTurn(Fault.reset()).on(READ));
    assertThat(errors(ask())).isZero();

    proxy.rules(FaultRules.always(Fault.reset()).on(READ));
    assertThat(errors(ask())).isEqualTo(POSTS);
    assertThat(errors(askWithin(Duration.ofMillis(300)))).isEqualTo(POSTS);
  }

  @Test
  void answersThatComeTooLate_changeNoLaterAnswer() {
    proxy.rules(FaultRules.always(Fault.lateAnswer(Duration.ofSeconds(1))).on(READ));
    assertThat(errors(askWithin(Duration.ofMillis(100)))).isEqualTo(POSTS);

    proxy.rules(FaultRules.none());
    for (int i = 0; i < 20; i++) {
      assertThat(errors(ask())).isZero();
    }
  }

  @Test
  void service_isNotReady_duringAnOutage_andRecoversByItself() {
    proxy.outage();

    assertThat(errors(ask())).isEqualTo(POSTS);
    assertThat(errors(askWithin(Duration.ofMillis(300)))).isEqualTo(POSTS);
    assertThat(api().get("/actuator/health/readiness").statusCode()).isEqualTo(503);

    proxy.restore();

    awaitWholeAnswer();
    Await.until(
        "readiness",
        RECOVERY_LIMIT,
        () -> api().get("/actuator/health/readiness").statusCode() == 200);
  }

  @Test
  void answers_areHonestAndInTime_whenEverythingFailsNowAndThen() {
    proxy.rules(
        FaultRules.mixed(
                20260101,
                0.4,
                List.of(
                    Fault.throttled(),
                    Fault.serverError(),
                    Fault.unprocessed(0.5),
                    Fault.reset(),
                    Fault.silence(),
                    Fault.lateAnswer(Duration.ofMillis(400))))
            .on(READ));

    for (int i = 0; i < 30; i++) {
      assertThat(errors(askWithin(Duration.ofMillis(500)))).isBetween(0, POSTS);
    }
    assertThat(proxy.injected())
        .containsKeys("Throttled", "ServerError", "Unprocessed", "Reset", "Silence", "LateAnswer");
  }
}
