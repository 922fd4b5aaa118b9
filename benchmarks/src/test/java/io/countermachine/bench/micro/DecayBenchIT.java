package io.countermachine.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All small benchmarks in their smoke size, so that they cannot rot. It asserts no speed. */
class DecayBenchIT {
  @TempDir private Path folder;

  @Test
  void everyBenchmark_runs_andIsInTheReport() throws Exception {
    Path file = folder.resolve("results/decay.json");

    DecayBench.run(file, true);

    JsonNode report = new ObjectMapper().readTree(file.toFile());
    assertThat(report.findValuesAsText("benchmark"))
        .containsExactlyInAnyOrder(
            "AdditionBenchmark.ours",
            "AdditionBenchmark.algebird",
            "EventBenchmark.ours",
            "EventBenchmark.objectMapper",
            "ItemBenchmark.encode",
            "ItemBenchmark.json",
            "ItemBenchmark.decode");
    for (JsonNode benchmark : report) {
      assertThat(benchmark.path("nanos").asDouble()).isPositive();
    }
  }
}
