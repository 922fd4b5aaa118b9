package io.countermachine.bench.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.bench.Bench;
import io.countermachine.bench.redis.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the whole benchmark in its smoke size, so that it keeps working. It asserts no speed. Redis
 * is included if the machine has it.
 */
class ServingBenchIT {
  @TempDir private Path folder;

  private final List<String> said = new ArrayList<>();

  @Test
  void everyContender_answersRightly_andTheReportIsWhole() throws IOException {
    JsonNode report = run("serving.json", "--smoke");

    assertThat(report.path("load").path("candidates").asInt()).isEqualTo(200);
    assertThat(report.path("load").path("features").asInt()).isEqualTo(50);
    assertThat(report.path("load").path("groups").asInt()).isEqualTo(5);
    assertThat(report.path("load").path("keysPerRequest").asDouble()).isBetween(600.0, 800.0);
    List<String> contenders =
        new ArrayList<>(
            List.of(
                "bare SDK, the floor",
                "ours, cache off",
                "ours, 80 % hits",
                "ours, 99 % hits",
                "ours, 99 % hits, copies of an hour",
                "the obvious service"));
    boolean redis = RedisServer.isInstalled();
    if (redis) {
      contenders.add(5, "ready values in Redis");
    } else {
      assertThat(said).anyMatch(line -> line.contains("ready values in Redis: left out"));
    }
    assertThat(report.path("contenders").findValuesAsText("name"))
        .containsExactlyElementsOf(contenders);
    for (JsonNode contender : report.path("contenders")) {
      assertRun(contender.path("atHighest"));
      assertRun(contender.path("atHalf"));
    }
    assertRun(report.path("sameRate").path("floor"));
    assertRun(report.path("sameRate").path("ours"));
    if (redis) {
      assertRun(report.path("sameRate").path("redis"));
    }
    // Two or three at one rate, and four for each configuration of the service: throughput, two of
    // the tail, and allocation.
    assertThat(report.path("goals")).hasSize((redis ? 3 : 2) + 4 * 4);
    for (JsonNode goal : report.path("goals")) {
      assertThat(goal.path("value").asDouble()).as(goal.path("what").asText()).isPositive();
    }
    assertThat(hitRate(report, 1)).isZero();
    assertThat(hitRate(report, 2)).isBetween(0.75, 0.85);
    assertThat(hitRate(report, 3)).isBetween(0.97, 1.0);
    for (JsonNode contender : report.path("contenders")) {
      assertThat(contender.path("generatorStalls").path("mostMillis").isNumber()).isTrue();
      assertThat(contender.path("storeStalls").path("mostMillis").isNumber()).isTrue();
      assertThat(contender.path("atHalf").path("seconds")).isNotEmpty();
    }
    assertThat(folder.resolve("results").resolve("serving-seconds.svg"))
        .content()
        .contains("<polyline", "ours, cache off");
    assertThat(said).anyMatch(line -> line.startsWith("a smoke run"));
  }

  @Test
  void aThousandFeatures_areAnsweredRightly() throws IOException {
    JsonNode report =
        run("serving-thousand.json", "--smoke", "--catalog", "thousand", "--only", "floor,off");

    assertThat(report.path("load").path("features").asInt()).isEqualTo(50);
    assertThat(report.path("contenders").findValuesAsText("name"))
        .containsExactly("bare SDK, the floor", "ours, cache off");
    assertRun(report.path("sameRate").path("ours"));
  }

  /** Throws if a response differs from the value computed from the data. */
  private JsonNode run(String file, String... options) throws IOException {
    ServingBench bench = Bench.parse(new ServingBench(), options);
    bench.setProgress(said::add);
    bench.run(folder.resolve("work"), folder.resolve("results"));
    return new ObjectMapper().readTree(folder.resolve("results").resolve(file).toFile());
  }

  private static double hitRate(JsonNode report, int contender) {
    return report.path("contenders").path(contender).path("hitRate").asDouble(-1);
  }

  private static void assertRun(JsonNode run) {
    assertThat(run.path("failures").asInt(-1)).as("failures in %s", run).isZero();
    assertThat(run.path("completed").asInt()).isEqualTo(run.path("due").asInt()).isPositive();
    for (String latency : List.of("p50Millis", "p99Millis", "p999Millis", "maxMillis")) {
      assertThat(run.path(latency).asDouble()).isPositive();
    }
    assertThat(run.path("cpuMillisPerRequest").isNumber()).isTrue();
  }
}
