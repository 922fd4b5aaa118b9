package io.countermachine.bench.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark in its smoke size, so that it cannot rot. It asserts no speed. */
class ScalingBenchIT {
  @TempDir private Path folder;

  @Test
  void everyAxis_isCountedRightly_andTheReportIsWhole() throws IOException {
    List<String> said = new ArrayList<>();
    Path file = folder.resolve("results/scaling.json");

    // It ends with an exception where a value is not the one of the events and the filled state.
    new ScalingBench(
            ScalingOptions.smoke(EnumSet.allOf(Axis.class)), folder.resolve("work"), said::add)
        .run(file, folder.resolve("images"));

    JsonNode report = new ObjectMapper().readTree(file.toFile());
    assertThat(report.path("points").findValuesAsText("axis"))
        .containsExactly("keys", "skew", "groups", "intervals");
    for (JsonNode point : report.path("points")) {
      JsonNode counted = point.path("counted");
      for (String figure :
          List.of(
              "eventsPerSecond",
              "cpuSecondsPerMillion",
              "writesPerEvent",
              "stateBytesPerKey",
              "checkedKeys")) {
        assertThat(counted.path(figure).asDouble()).as(figure + " of " + point).isPositive();
      }
      assertThat(counted.path("wrongKeys").asInt(-1)).isZero();
    }
    assertThat(report.path("points").path(0).path("counted").path("keys").asInt()).isEqualTo(2_000);
    for (String axis : List.of("keys", "skew", "groups", "intervals")) {
      assertThat(folder.resolve("images/scaling-" + axis + ".svg")).content().contains("<svg");
    }
    assertThat(said).anyMatch(line -> line.contains("figures mean nothing"));
  }
}
