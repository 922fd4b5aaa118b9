package io.countermachine.bench.micro;

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
class WindowsBenchTest {
  @TempDir private Path folder;

  @Test
  void everyOperation_isMeasured_withAndWithoutTheWindow() throws Exception {
    List<String> said = new ArrayList<>();
    WindowsBench bench = Bench.parse(new WindowsBench(), "--smoke");
    bench.setProgress(said::add);

    bench.run(folder, folder.resolve("results"));

    JsonNode report = new ObjectMapper().readTree(folder.resolve("results/windows.json").toFile());
    assertThat(report.findValuesAsText("operation"))
        .containsExactly(
            "ADD",
            "MERGE",
            "STATE",
            "ENCODE_READABLE",
            "ENCODE_PACKED",
            "PARSE_READABLE",
            "PARSE_PACKED",
            "VALUE");
    for (JsonNode row : report) {
      assertThat(row.path("before").asDouble()).isPositive();
      assertThat(row.path("window").asDouble()).isPositive();
    }
    assertThat(said).anyMatch(line -> line.startsWith("a smoke run"));
  }
}
