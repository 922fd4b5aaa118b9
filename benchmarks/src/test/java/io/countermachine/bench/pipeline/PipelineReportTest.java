package io.countermachine.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.bench.pipeline.Delay.Percentiles;
import io.countermachine.bench.pipeline.Delay.Stage;
import io.countermachine.bench.pipeline.Delay.SteadyRate;
import io.countermachine.bench.pipeline.PipelineReport.Load;
import io.countermachine.bench.pipeline.PipelineReport.Measured;
import io.countermachine.bench.report.Machine;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PipelineReportTest {
  private static final Percentiles MILLIS = new Percentiles(500, 900, 1_000);
  private static final Stage STAGE =
      new Stage(500, MILLIS, MILLIS, 23, CpuUse.of(Map.of("job", 1.0), 1, 2), null);

  private static List<String> lines(Double compilerSecondsPerMillion) {
    Counted counted =
        new Counted(
            10,
            188_006,
            1_128_036,
            8.03,
            compilerSecondsPerMillion,
            1_463,
            0.072,
            0.035,
            90_795,
            162.4,
            2,
            10.9,
            1_003.0,
            956,
            11_420,
            0);
    Measured measured =
        new Measured(
            "heap",
            "ours, heap",
            "tutorial",
            counted,
            List.of(188_006.0),
            new Delay(SteadyRate.of(188_006, 0.5), 20, STAGE, STAGE));
    return new PipelineReport(
            Machine.here(),
            new Load(3_000_000, 6, 100_000, 1.1, 0.1, 1, List.of()),
            List.of(measured),
            List.of())
        .lines();
  }

  @Test
  void load_isNotTakenForThroughput() {
    assertThat(lines(1.25))
        .contains(
            "tutorial catalog, ours, heap: ms from when an event was due,"
                + " at a load of 94,003 events/s, 0.50 of its throughput");
  }

  @Test
  void compilersSeconds_areBesideAllCpu() {
    assertThat(row(1.25)).startsWith("ours, heap | 188,006 | - | 1,128,036 | 8.03 | 1.25 | 1,463");
    assertThat(row(null)).startsWith("ours, heap | 188,006 | - | 1,128,036 | 8.03 | - | 1,463");
  }

  private static String row(Double compilerSecondsPerMillion) {
    return lines(compilerSecondsPerMillion).stream()
        .filter(line -> line.startsWith("ours, heap"))
        .findFirst()
        .orElseThrow()
        .replaceAll("\\s{2,}", " | ");
  }
}
