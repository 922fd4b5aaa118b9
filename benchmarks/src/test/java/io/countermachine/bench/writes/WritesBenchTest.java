package io.countermachine.bench.writes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WritesBenchTest {
  @TempDir private Path folder;

  private static final int NO_PRECISION = 0;
  private static final int TEN_PERCENT = 3;

  @Test
  void smokeSize_writesLess_theLargerThePrecision() throws Exception {
    var lines = WritesBench.run(WritesBench.Size.SMOKE);
    for (WritesBench.Line line : lines) {
      for (int i = 1; i < line.byPrecision().size(); i++) {
        assertThat(line.byPrecision().get(i).writes())
            .isLessThanOrEqualTo(line.byPrecision().get(i - 1).writes());
      }
      assertThat(line.byPrecision().get(0).events()).isBetween(990L, 1_010L);
      assertThat(line.tutorialPutsPerEvent()).isPositive();
    }
    // From minutes on it may save nothing at so little load; from hours on it has to.
    assertThat(lines)
        .filteredOn(line -> line.groups().equals("user") && line.intervals().startsWith("[1h"))
        .singleElement()
        .satisfies(
            line ->
                assertThat(line.byPrecision().get(TEN_PERCENT).writes())
                    .isLessThan(line.byPrecision().get(NO_PRECISION).writes()));
    Path file = folder.resolve("writes.json");
    WritesBench.write(lines, WritesBench.Size.SMOKE, file);
    assertThat(Files.readString(file)).contains("writesPerEvent");
  }
}
