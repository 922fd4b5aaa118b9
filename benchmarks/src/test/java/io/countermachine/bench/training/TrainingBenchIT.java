package io.countermachine.bench.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.bench.Bench;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark in its smoke size, so that it cannot rot. It asserts no speed. */
class TrainingBenchIT {
  @TempDir private Path folder;

  @Test
  void rowsAreMade_andTheReportIsWhole() throws IOException {
    TrainingBench bench = Bench.parse(new TrainingBench(), "--smoke");
    bench.setProgress(line -> {});
    // It ends with an exception where an event was not read or a row is missing.
    bench.run(folder.resolve("work"), folder.resolve("results"));

    JsonNode report = new ObjectMapper().readTree(folder.resolve("results/training.json").toFile());
    assertThat(report.path("events").asLong()).isEqualTo(20_000);
    assertThat(report.path("rows").asLong()).isEqualTo(200);
    assertThat(report.path("features").asInt()).isEqualTo(50);
    assertThat(report.path("peakMegabytes").asLong()).isPositive();
    assertThat(report.path("cpuSecondsPerMillion").asDouble()).isPositive();
    assertThat(folder.resolve("work/train.parquet")).isNotEmptyFile();
  }
}
