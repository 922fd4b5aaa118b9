package io.countermachine.service.store.cache;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

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
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Tests what the service returns from its copies while the store fails. */
class StaleCopiesIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String READ = "BatchGetItem";

  @TempDir private static Path folder;
  private static StoredService stored;
  private static FaultProxy proxy;

  @BeforeAll
  static void start() throws IOException {
    stored =
        StoredService.start(
            folder,
            StaleCopiesIT::fill,
            store -> {
              proxy = FaultProxy.start(store);
              return proxy.endpoint();
            },
            "--counter-machine.dynamodb.attempt-timeout=1s",
            "--counter-machine.dynamodb.call-timeout=1s",
            "--counter-machine.request.deadline=3s",
            "--counter-machine.cache.max-age=100ms");
  }

  private static void fill(DynamoDbClient client) {
    Counters post =
        new Counters(
            CatalogLoader.parse("test.yaml", TestCatalog.YAML)
                .group("post")
                .orElseThrow()
                .schema());
    post.add(0, 3, 1_707_605_600_000L);
    TestItems.put(client, "p1", TestItems.values(post), ItemFormat.READABLE);
  }

  @AfterAll
  static void stop() {
    stored.close();
    proxy.close();
  }

  @AfterEach
  void recover() {
    proxy.rules(FaultRules.none());
    proxy.restore();
    awaitStatuses("OK", "NOT_FOUND");
  }

  private static Response ask(String... posts) {
    return given(stored.service().requests())
        .contentType("application/json")
        .body(
            "{\"features\":[\"post.view.lifetime\"],\"include\":[\"statuses\"],\"candidates\":[{\"postId\":\"%s\"}]}"
                .formatted(String.join("\"},{\"postId\":\"", posts)))
        .post("/v1/features");
  }

  /** Requests one existing and one missing post until their statuses are as given. */
  private static Response awaitStatuses(String... statuses) {
    Response[] answer = new Response[1];
    Await.until(
        "statuses " + List.of(statuses),
        LIMIT,
        () -> {
          answer[0] = ask("p1", "p2");
          return answer[0].statusCode() == 200
              && answer[0].path("results.statuses.flatten()").equals(List.of(statuses));
        });
    return answer[0];
  }

  private static void assertCopiesAnswer() {
    Response stale = awaitStatuses("STALE", "NOT_FOUND");
    assertThat((List<?>) stale.path("results.values.flatten()")).isEqualTo(List.of(3.0f, 0.0f));
    assertThat((boolean) stale.path("metadata.partial")).isFalse();
    // A post without a copy is unknown.
    Response partial = ask("p1", "p3");
    assertThat((List<?>) partial.path("results.statuses.flatten()"))
        .isEqualTo(List.of("STALE", "ERROR"));
    assertThat((boolean) partial.path("metadata.partial")).isTrue();
    assertThat(ask("p3").statusCode()).isEqualTo(503);
  }

  @Test
  void storeThatIsAway_isReplacedByCopies_untilItIsBack() {
    awaitStatuses("OK", "NOT_FOUND");
    proxy.outage();
    assertCopiesAnswer();
  }

  @Test
  void storeThatHangs_isReplacedByCopies_andNotWaitedFor() {
    awaitStatuses("OK", "NOT_FOUND");
    proxy.rules(FaultRules.always(StoreFault.silence()).on(READ));
    awaitStatuses("STALE", "NOT_FOUND");
    Await.until(
        "an answer that does not wait",
        LIMIT,
        () -> {
          long begin = System.nanoTime();
          Response answer = ask("p1");
          assertThat(answer.statusCode()).isEqualTo(200);
          return Duration.ofNanos(System.nanoTime() - begin).compareTo(Duration.ofMillis(500)) < 0
              && answer.path("results[0].statuses[0]").equals("STALE");
        });
  }
}
