package io.countermachine.bench.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.bench.report.Machine;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScalingTableTest {
  @Test
  void lines_compareEachPoint_withTheFirstOfItsSeries() {
    ScalingReport report =
        new ScalingReport(
            Machine.here(),
            new ScalingReport.Load(1_000, 0.25, 6, 0.1),
            Points.TWO_SERIES,
            List.of());

    assertThat(ScalingTable.lines(report).stream().filter(line -> line.startsWith("flush")))
        .map(line -> line.replaceAll("\\s{2,}", " | "))
        .satisfiesExactly(
            line -> assertThat(line).startsWith("flush 1s | 10,000 | 90,000 | 1.00 |"),
            line -> assertThat(line).startsWith("flush 1s | 10,000,000 | 45,000 | 0.50 |"),
            line -> assertThat(line).startsWith("flush 10ms | 10,000 | 30,000 | 1.00 |"),
            line -> assertThat(line).startsWith("flush 10ms | 10,000,000 | 24,000 | 0.80 |"));
  }
}
