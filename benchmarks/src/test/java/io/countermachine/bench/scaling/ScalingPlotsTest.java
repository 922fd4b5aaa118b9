package io.countermachine.bench.scaling;

import static io.countermachine.bench.scaling.Points.costing;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countermachine.bench.report.BenchFiles;
import io.countermachine.bench.report.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScalingPlotsTest {
  private static final ScalingReport REPORT =
      new ScalingReport(
          Machine.here(),
          new ScalingReport.Load(1_000, 0.25, 6, 0.1),
          Stream.concat(
                  Points.TWO_SERIES.stream(),
                  Stream.of(costing(Axis.GROUPS, 1, 10), costing(Axis.GROUPS, 30, 120)))
              .toList(),
          List.of());

  @TempDir private Path folder;

  @Test
  void draw_givesAPicturePerMeasuredAxis() throws IOException {
    List<Path> drawn = new ScalingPlots(REPORT).draw(folder);

    assertThat(drawn)
        .map(file -> file.getFileName().toString())
        .containsExactly("scaling-keys.svg", "scaling-groups.svg");
    assertThat(drawn.get(0)).content().contains("<svg").endsWith("</svg>\n");
  }

  @Test
  void pictures_areTheSame_whenDrawnFromTheFile() throws IOException {
    Path file = folder.resolve("scaling.json");
    BenchFiles.write(REPORT, file);

    List<Path> first = new ScalingPlots(REPORT).draw(folder.resolve("first"));
    List<Path> second =
        new ScalingPlots(BenchFiles.read(file, ScalingReport.class)).draw(folder.resolve("second"));

    for (int i = 0; i < first.size(); i++) {
      assertThat(Files.readString(second.get(i))).isEqualTo(Files.readString(first.get(i)));
    }
  }

  @Test
  void report_isRead_whenWrittenBeforeTheCompilerWasAsked() {
    ObjectNode written = new ObjectMapper().valueToTree(REPORT);
    for (JsonNode point : written.path("points")) {
      ((ObjectNode) point.path("counted")).remove("compilerSecondsPerMillion");
    }
    Path file = folder.resolve("earlier.json");
    BenchFiles.write(written, file);

    ScalingReport read = BenchFiles.read(file, ScalingReport.class);

    assertThat(read.points())
        .isNotEmpty()
        .allSatisfy(point -> assertThat(point.counted().compilerSecondsPerMillion()).isNull());
    assertThat(ScalingTable.lines(read)).isEqualTo(ScalingTable.lines(REPORT));
    assertThat(new ScalingPlots(read).draw(folder)).hasSize(2);
  }
}
