package io.countermachine.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.bench.pipeline.PipelineReport.Measured;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class MeasuredTest {
  private static List<Counted> runs(double... eventsPerSecond) {
    return DoubleStream.of(eventsPerSecond)
        .mapToObj(
            speed -> new Counted(1, speed, 0, 0, null, 0, 0, 0, 0, null, null, null, null, 0, 0, 0))
        .toList();
  }

  private static Measured measured(double... eventsPerSecond) {
    return Measured.of(Contender.HEAP, BenchCatalog.TUTORIAL, runs(eventsPerSecond), null);
  }

  @Test
  void counted_isTheMiddleRun_howeverTheyCame() {
    assertThat(measured(90, 30, 60).counted().eventsPerSecond()).isEqualTo(60);
    assertThat(measured(30, 90, 60, 50).counted().eventsPerSecond()).isEqualTo(50);
    assertThat(measured(70).counted().eventsPerSecond()).isEqualTo(70);
  }

  @Test
  void eventsPerSecond_areThoseOfAllRuns_inOrder() {
    assertThat(measured(90, 30, 60).eventsPerSecond()).containsExactly(90.0, 30.0, 60.0);
  }

  @Test
  void spread_isOfTheSlowestToTheFastest() {
    assertThat(measured(90, 30, 60).spread()).isEqualTo(30.0 / 90);
  }
}
