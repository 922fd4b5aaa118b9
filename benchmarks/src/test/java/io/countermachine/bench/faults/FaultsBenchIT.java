package io.countermachine.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.bench.Bench;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole benchmark in its smoke size. It asserts no speed, and no value is wrong. */
class FaultsBenchIT {
  @TempDir private Path folder;

  @Test
  void everyScenario_isMeasured_andNoValueIsWrong() throws Exception {
    List<String> said = new ArrayList<>();
    FaultsBench bench = Bench.parse(new FaultsBench(), "--smoke");
    bench.setProgress(said::add);

    bench.run(folder.resolve("work"), folder.resolve("results"));

    JsonNode report = new ObjectMapper().readTree(folder.resolve("results/faults.json").toFile());
    assertThat(report.path("scenarios").findValuesAsText("scenario"))
        .containsExactly("NONE", "REFUSED", "PAUSE", "NEIGHBOR", "RESTART");
    for (JsonNode scenario : report.path("scenarios")) {
      assertThat(scenario.path("requests").asInt()).isPositive();
      assertThat(scenario.path("p99Millis").asDouble()).isPositive();
      assertThat(scenario.path("wrong").isNull()).as("%s", scenario.path("wrong")).isTrue();
    }
    assertThat(report.path("goals")).hasSize(3 * 3);
    assertThat(said).anyMatch(line -> line.startsWith("a smoke run"));
  }
}
