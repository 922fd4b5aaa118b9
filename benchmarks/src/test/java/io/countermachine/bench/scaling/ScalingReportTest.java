package io.countermachine.bench.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.bench.report.Machine;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScalingReportTest {
  private static ScalingReport report(List<ScalingReport.Point> points) {
    return new ScalingReport(
        Machine.here(), new ScalingReport.Load(1_000, 0.25, 6, 0.1), points, List.of());
  }

  private static List<String> cells(ScalingReport report, String begin) {
    return report.lines().stream()
        .filter(line -> line.startsWith(begin))
        .map(line -> line.replaceAll("\\s{2,}", " | "))
        .toList();
  }

  @Test
  void lines_compareEachPoint_withTheFirstOfItsSeries() {
    assertThat(cells(report(Points.TWO_SERIES), "flush"))
        .satisfiesExactly(
            line -> assertThat(line).startsWith("flush 1s | 10,000 | 90,000 | 1.00 |"),
            line -> assertThat(line).startsWith("flush 1s | 10,000,000 | 45,000 | 0.50 |"),
            line -> assertThat(line).startsWith("flush 10ms | 10,000 | 30,000 | 1.00 |"),
            line -> assertThat(line).startsWith("flush 10ms | 10,000,000 | 24,000 | 0.80 |"));
  }

  @Test
  void lines_sayWhatEachAddedOneCosts_whereItMakesWorkOfItsOwn() {
    List<ScalingReport.Point> points =
        List.of(
            Points.costing(Axis.GROUPS, "steady", 1, 10),
            Points.costing(Axis.GROUPS, "steady", 5, 24));

    // 14 more for four more.
    assertThat(cells(report(points), "steady"))
        .satisfiesExactly(
            line -> assertThat(line).startsWith("steady | 1 | 1 | 1.00 | 10.00 | - |"),
            line -> assertThat(line).startsWith("steady | 5 | 1 | 1.00 | 24.00 | 3.50 |"));
  }
}
