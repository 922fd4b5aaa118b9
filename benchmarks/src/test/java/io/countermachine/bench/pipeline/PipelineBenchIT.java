package io.countermachine.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The benchmark in its smoke size, each program once, so that it cannot rot. It asserts no speed.
 */
class PipelineBenchIT {
  private static final Set<Contender> EACH_PROGRAM =
      EnumSet.of(
          Contender.LIMIT, Contender.ROCKSDB, Contender.TUTORIAL_HEAP, Contender.SQL_ROCKSDB);

  @TempDir private Path folder;

  @Test
  void everyProgram_countsAllEvents_andTheReportIsWhole() throws IOException {
    List<String> said = new ArrayList<>();
    Path results = folder.resolve("results");

    // It ends with an exception where ours wrote a value that is not the one of the events.
    new PipelineBench(
            PipelineOptions.smoke(EACH_PROGRAM, EnumSet.of(PipelineCatalog.BUNDLED)),
            folder.resolve("work"),
            said::add)
        .run(results);

    JsonNode report =
        new ObjectMapper().readTree(results.resolve("pipeline-bundled.json").toFile());
    assertThat(report.path("measured").findValuesAsText("contender"))
        .containsExactly("limit", "rocksdb", "tutorial_heap", "sql_rocksdb");
    for (JsonNode measured : report.path("measured")) {
      JsonNode counted = measured.path("counted");
      assertThat(measured.path("catalog").asText()).isEqualTo("bundled");
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
        assertThat(counted.path(figure).asDouble()).as(figure + " of " + measured).isPositive();
      }
    }
    JsonNode ours = report.path("measured").path(1);
    assertThat(ours.path("counted").path("wrongKeys").asInt(-1)).isZero();
    assertThat(ours.path("counted").path("stateBytesPerKey").asDouble()).isPositive();
    for (String service : List.of("withoutCopies", "fromCopies")) {
      JsonNode stage = ours.path("delay").path(service);
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
    assertThat(ours.path("delay").path("load").path("shareOfThroughput").asDouble()).isEqualTo(0.5);
    assertThat(report.path("goals").findValuesAsText("what"))
        .containsExactly(
            "bundled: ours, RocksDB, events/s to limit: plain Java",
            "bundled: ours, RocksDB: p99 to readable, without copies, ms",
            "bundled: ours, RocksDB: p99 to readable, near cache at its default, ms");
    assertThat(said).anyMatch(line -> line.contains("figures mean nothing"));
  }
}
