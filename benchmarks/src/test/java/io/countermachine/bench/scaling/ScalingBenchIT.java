package io.countermachine.bench.scaling;

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

/** Runs the benchmark in its smoke size, so that it keeps working. It asserts no speed. */
class ScalingBenchIT {
  @TempDir private Path folder;

  @Test
  void everyAxis_isCountedRightly_andTheReportIsWhole() throws IOException {
    List<String> said = new ArrayList<>();
    Path results = folder.resolve("results");

    // Throws if a value differs from the events and the filled state.
    ScalingBench bench = Bench.parse(new ScalingBench(), "--smoke");
    bench.setProgress(said::add);
    bench.run(folder.resolve("work"), results);

    for (String axis : List.of("keys", "skew", "groups", "intervals")) {
      Path file = results.resolve("scaling-" + axis + ".json");
      JsonNode report = new ObjectMapper().readTree(file.toFile());
      assertThat(report.path("points").findValuesAsText("axis"))
          .containsOnly(axis)
          .hasSize(axis.equals("groups") ? 2 : 1);
      if (axis.equals("groups")) {
        assertThat(report.path("points").findValuesAsText("series"))
            .containsExactly("as fast as it goes", "at 2,000 events/s");
      }
      report.path("points").forEach(ScalingBenchIT::requireWhole);
      if (axis.equals("keys")) {
        assertThat(report.path("points").path(0).path("counted").path("keys").asInt())
            .isEqualTo(2_000);
      }
    }
    assertThat(said).anyMatch(line -> line.startsWith("a smoke run"));
  }

  private static void requireWhole(JsonNode point) {
    JsonNode counted = point.path("counted");
    for (String figure :
        List.of(
            "eventsPerSecond",
            "cpuSecondsPerMillion",
            "compilerSecondsPerMillion",
            "writesPerEvent",
            "stateBytesPerKey",
            "checkedKeys")) {
      assertThat(counted.path(figure).asDouble()).as(figure + " of " + point).isPositive();
    }
    assertThat(counted.path("wrongKeys").asInt(-1)).isZero();
  }
}
