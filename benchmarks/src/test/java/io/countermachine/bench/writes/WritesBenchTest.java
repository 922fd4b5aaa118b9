package io.countermachine.bench.writes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.bench.Bench;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WritesBenchTest {
  private static final int PRECISIONS = 4;

  @TempDir private Path folder;

  @Test
  void smokeSize_writesLess_theLargerThePrecision() throws Exception {
    List<String> said = new ArrayList<>();
    WritesBench bench = Bench.parse(new WritesBench(), "--smoke");
    bench.setProgress(said::add);

    bench.run(folder, folder.resolve("results"));

    JsonNode lines =
        new ObjectMapper().readTree(folder.resolve("results/writes.json").toFile()).path("lines");
    assertThat(lines).hasSize(2 * 2 * PRECISIONS);
    for (int i = 0; i < lines.size(); i++) {
      JsonNode line = lines.path(i);
      assertThat(line.path("events").asLong()).isBetween(990L, 1_010L);
      assertThat(line.path("tutorialPutsPerEvent").asDouble()).isPositive();
      assertThat(line.path("writeUnitsPerEvent").asDouble()).isPositive();
      if (i % PRECISIONS > 0) {
        assertThat(writes(line)).isLessThanOrEqualTo(writes(lines.path(i - 1)));
      }
    }
    // With intervals of minutes, it may save nothing at such a low load. With intervals of hours it
    // must.
    assertThat(lines.path(PRECISIONS).path("intervals").asText()).startsWith("[1h");
    assertThat(writes(lines.path(2 * PRECISIONS - 1))).isLessThan(writes(lines.path(PRECISIONS)));
    assertThat(said)
        .anyMatch(line -> line.startsWith("user "))
        .anyMatch(line -> line.startsWith("a smoke run"));
  }

  private static double writes(JsonNode line) {
    return line.path("writesPerEvent").asDouble();
  }
}
