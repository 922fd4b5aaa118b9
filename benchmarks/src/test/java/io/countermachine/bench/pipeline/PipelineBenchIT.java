package io.countermachine.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.bench.Bench;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the benchmark in its smoke size, each program once, so that it keeps working. It asserts no
 * speed. The contenders other than the streaming job count only one group: for several groups, SQL
 * creates a query each, which takes long to compile and is not compared here.
 */
class PipelineBenchIT {
  @TempDir private Path folder;

  private final List<String> said = new ArrayList<>();

  @Test
  void oursAndTheLimit_countAllEventsOfSixGroups_andTheReportIsWhole() throws IOException {
    JsonNode report = run("six-groups", "limit,rocksdb");

    assertThat(report.path("measured").findValuesAsText("contender"))
        .containsExactly("limit", "rocksdb");
    JsonNode ours = report.path("measured").path(1);
    assertThat(ours.path("counted").path("wrongKeys").asInt(-1)).isZero();
    assertThat(ours.path("counted").path("stateBytesPerKey").asDouble()).isPositive();
    assertDelay(ours.path("delay"));
    assertThat(report.path("goals").findValuesAsText("what"))
        .containsExactly(
            "six-groups: ours, RocksDB, events/s to limit: plain Java",
            "six-groups: ours, RocksDB: p99 to readable, without copies, ms",
            "six-groups: ours, RocksDB: p99 to readable, near cache at its default, ms");
    assertThat(said).anyMatch(line -> line.startsWith("a smoke run"));
  }

  @Test
  void ours_countsAllEventsOfAThousandFeatures() throws IOException {
    JsonNode report = run("thousand", "heap");

    assertThat(report.path("measured").findValuesAsText("contender")).containsExactly("heap");
    assertThat(report.path("measured").path(0).path("counted").path("wrongKeys").asInt(-1))
        .isZero();
  }

  @Test
  void theOthers_countAllEvents_andTheReportIsWhole() throws IOException {
    JsonNode report = run("tutorial", "tutorial_heap,sql_rocksdb");

    assertThat(report.path("measured").findValuesAsText("contender"))
        .containsExactly("tutorial_heap", "sql_rocksdb");
    assertThat(report.path("measured").findValues("delay")).allMatch(JsonNode::isNull);
    JsonNode sql = report.path("measured").path(1);
    assertThat(sql.path("counted").path("wrongKeys").asInt(-1)).isZero();
    assertThat(report.path("goals")).isEmpty();
  }

  /** Throws if the streaming job wrote a value that differs from the events. */
  private JsonNode run(String label, String contenders) throws IOException {
    Path results = folder.resolve("results");
    PipelineBench bench =
        Bench.parse(new PipelineBench(), "--smoke", "--catalog", label, "--only", contenders);
    bench.setProgress(said::add);
    bench.run(folder.resolve("work"), results);
    JsonNode report =
        new ObjectMapper().readTree(results.resolve("pipeline-" + label + ".json").toFile());
    for (JsonNode measured : report.path("measured")) {
      assertThat(measured.path("catalog").asText()).isEqualTo(label);
      for (String figure :
          List.of(
              "eventsPerSecond",
              "updatesPerSecond",
              "cpuSecondsPerMillion",
              "compilerSecondsPerMillion",
              "allocatedBytesPerEvent",
              "writesPerEvent",
              "writtenKilobytesPerEvent",
              "keys",
              "checkedKeys")) {
        assertThat(measured.path("counted").path(figure).asDouble())
            .as(figure + " of " + measured)
            .isPositive();
      }
    }
    return report;
  }

  private static void assertDelay(JsonNode delay) {
    assertThat(delay.path("load").path("shareOfThroughput").asDouble()).isEqualTo(0.5);
    for (String service : List.of("withoutCopies", "fromCopies")) {
      JsonNode stage = delay.path(service);
      assertThat(stage.path("probes").asInt()).isPositive();
      assertThat(stage.path("stored").path("p99Millis").asDouble()).isPositive();
      assertThat(stage.path("answered").path("p99Millis").asDouble())
          .isGreaterThanOrEqualTo(stage.path("stored").path("p50Millis").asDouble());
      assertThat(stage.path("resolutionMillis").asDouble()).isPositive();
      assertThat(stage.path("cpu").path("inUse").asDouble()).isPositive();
      assertThat(stage.path("cpu").path("cores").fieldNames())
          .toIterable()
          .contains("load and probe", "broker", "job", "store", "service");
    }
  }
}
