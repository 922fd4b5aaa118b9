package io.countermachine.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.countermachine.bench.pipeline.Delay.Percentiles;
import io.countermachine.bench.pipeline.Delay.Stage;
import io.countermachine.bench.pipeline.Delay.SteadyRate;
import io.countermachine.bench.pipeline.PipelineReport.Measured;
import io.countermachine.bench.report.Goal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PipelineReportGoalsTest {
  private static Stage stage(double p99Millis, double cores) {
    Percentiles answered = new Percentiles(500, p99Millis, 1_600);
    CpuUse cpu = CpuUse.of(Map.of("job", cores), cores, 2);
    return new Stage(500, answered, answered, 23, cpu, cpu.notValid());
  }

  private static List<Goal> goals(Stage withoutCopies, Stage fromCopies) {
    Delay delay = new Delay(new SteadyRate(50_000, 0.5), 20, withoutCopies, fromCopies);
    return PipelineReport.goals(
        List.of(new Measured("heap", "ours, heap", "tutorial", null, List.of(), delay)));
  }

  @Test
  void delays_areHeldOrMissed_eachByItsService() {
    assertThat(goals(stage(1_500, 1.5), stage(1_501, 1.5)))
        .containsExactly(
            new Goal(
                "tutorial: ours, heap: p99 to readable, without copies, ms",
                1_500,
                true,
                1_500,
                true,
                null),
            new Goal(
                "tutorial: ours, heap: p99 to readable, near cache at its default, ms",
                1_501,
                true,
                1_500,
                false,
                null));
  }

  @Test
  void delay_isNotHeldAndSaysWhy_whenTheMachineWasFull() {
    // 85 % of two cores are 1.7.
    assertThat(goals(stage(1_000, 1.75), stage(1_000, 1.5)))
        .extracting(Goal::what, Goal::passed, Goal::notValid)
        .containsExactly(
            tuple(
                "tutorial: ours, heap: p99 to readable, without copies, ms",
                false,
                "the machine was overloaded (1.75 of 2 cores in use, more than 85 %)"),
            tuple(
                "tutorial: ours, heap: p99 to readable, near cache at its default, ms",
                true,
                null));
  }
}
