package io.countermachine.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Prometheus with the repository's configuration scrapes the running machine. Every query of
 * the dashboard and every series that a rule names must exist.
 *
 * <p>The machine gets events, dead letters, valid and invalid calls, and for some seconds a store
 * that does not respond, so that there are failures to see.
 */
class ObservabilityIT {
  private static final int SCRAPES = 15;
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int SERVER_ERROR = 500;

  @TempDir private static Path folder;
  private static final List<AutoCloseable> parts = new ArrayList<>();
  private static RankerLoad load;
  private static Prometheus prometheus;

  @BeforeAll
  static void start() throws IOException {
    assumeTrue(
        Prometheus.isInstalled("prometheus"),
        "prometheus is not on the PATH, so the dashboard's and alerts' queries are not tried;"
            + " install Debian's package prometheus, or Prometheus' own release");
    RunningStack running =
        RunningStack.start(
            Files.createDirectories(folder.resolve("stack")),
            Files.readString(
                Installation.root().resolve("shared-model/src/main/resources/catalog.yaml")));
    parts.add(running);
    String job = running.stack().jobMetricsAddress().getAuthority();
    prometheus =
        Prometheus.start(
            folder.resolve("prometheus"),
            // On a machine with one process per component, the same process serves jobmanager and
            // taskmanager.
            Map.of(
                "jobmanager:9249", job,
                "taskmanager:9249", job,
                "service:8080", running.stack().serviceAddress().getAuthority()));
    parts.add(prometheus);
    load = RankerLoad.start(running);
    parts.add(load);
    awaitScrapes();
    failTheStore(running);
    awaitScrapes();
  }

  /** Waits until Prometheus has scraped often enough for rates. */
  private static void awaitScrapes() {
    double enough = scrapes() + SCRAPES;
    Await.until("Prometheus' looks at the machine", LIMIT, () -> scrapes() >= enough);
    load.failIfEnded();
  }

  /** The smallest number of successful scrapes of any target. */
  private static double scrapes() {
    return prometheus.query("min(sum_over_time(up[1h]))").stream().findFirst().orElse(0.0);
  }

  /**
   * While the store is stopped, calls fail: some partly, and those without any cached copy
   * completely.
   */
  private static void failTheStore(RunningStack running) {
    try (Standstill store = Standstill.of(running.stack().dynamoDb().process())) {
      load.askFor("u1", "p1", "never-asked");
      Await.until(
          "a call that fails", LIMIT, () -> load.askFor("nobody", "never-asked") >= SERVER_ERROR);
    }
  }

  @AfterAll
  static void stop() throws Exception {
    for (int i = parts.size() - 1; i >= 0; i--) {
      parts.get(i).close();
    }
  }

  @Test
  void everyPart_answersPrometheus() {
    Await.until(
        "both parts up",
        LIMIT,
        () -> prometheus.query("up{job=~\"flink|service\"}").equals(List.of(1.0, 1.0)));
  }

  @TestFactory
  Stream<DynamicTest> everyPanel_showsSomething() throws IOException {
    List<Dashboard.Query> queries =
        Dashboard.queries(
            Installation.root().resolve("observability/grafana/dashboards/counter-machine.json"));
    assertThat(queries).isNotEmpty();
    return queries.stream()
        .map(
            query ->
                dynamicTest(
                    query.panel() + ": " + query.legend(),
                    () -> {
                      assertGivesSomething(query.expression());
                      assertSelectorsGiveSomething(query.expression());
                    }));
  }

  /** An alert that does not fire returns nothing, so each of its series is queried. */
  @TestFactory
  Stream<DynamicTest> everyRule_looksAtSeriesThatAreThere() {
    List<JsonNode> rules = prometheus.rules();
    assertThat(rules).isNotEmpty();
    return rules.stream()
        .map(
            rule ->
                dynamicTest(
                    rule.path("name").asText(),
                    () -> {
                      assertThat(rule.path("health").asText())
                          .as("%s", rule.path("lastError"))
                          .isEqualTo("ok");
                      assertSelectorsGiveSomething(rule.path("query").asText());
                    }));
  }

  private static void assertSelectorsGiveSomething(String expression) {
    assertThat(MetricSelectors.of(expression))
        .isNotEmpty()
        .allSatisfy(ObservabilityIT::assertGivesSomething);
  }

  /** Each series exists from its component's next scrape, and Flink's metrics are seconds old. */
  private static void assertGivesSomething(String expression) {
    Await.until("a number of " + expression, LIMIT, () -> !prometheus.query(expression).isEmpty());
  }
}
