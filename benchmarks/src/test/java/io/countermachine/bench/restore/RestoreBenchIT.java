package io.countermachine.bench.restore;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.bench.Bench;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the benchmark in its smoke size, so that it keeps working. It asserts no speed. */
class RestoreBenchIT {
  @TempDir private Path folder;

  @Test
  void bothCatalogs_goOnFromTheSavepoint_andAreInTheReport() throws Exception {
    List<String> said = new ArrayList<>();
    RestoreBench bench = Bench.parse(new RestoreBench(), "--smoke");
    bench.setProgress(said::add);

    // Throws if a key lacks its restored counters.
    bench.run(folder.resolve("work"), folder.resolve("results"));

    JsonNode report = new ObjectMapper().readTree(folder.resolve("results/restore.json").toFile());
    assertThat(report.path("restored").findValuesAsText("changed"))
        .containsExactlyInAnyOrder("true", "false");
    assertThat(report.path("ratio").asDouble()).isPositive();
    assertThat(said).anyMatch(line -> line.startsWith("a smoke run"));
  }
}
