package io.countermachine.bench.scaling;

import static io.countermachine.bench.scaling.Points.point;
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
            new ScalingReport.Load(1_000, 250, 0.25, 6, 0.1),
            List.of(
                point(Axis.KEYS, "flush 1s", 10_000, 90_000),
                point(Axis.KEYS, "flush 10ms", 10_000, 30_000),
                point(Axis.KEYS, "flush 1s", 10_000_000, 45_000),
                point(Axis.KEYS, "flush 10ms", 10_000_000, 24_000)),
            List.of());

    // Series, at, events/s, and their ratio to the first's.
    assertThat(ScalingTable.lines(report).stream().filter(line -> line.startsWith("flush")))
        .map(line -> line.trim().split("\\s{2,}")[0] + " " + line.trim().split("\\s{2,}")[3])
        .containsExactly("flush 1s 1.00", "flush 1s 0.50", "flush 10ms 1.00", "flush 10ms 0.80");
  }
}
