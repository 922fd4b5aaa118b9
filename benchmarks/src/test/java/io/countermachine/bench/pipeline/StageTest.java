package io.countermachine.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.bench.pipeline.Delay.Stage;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class StageTest {
  private static final Backlog NONE = new Backlog("after the warm-up", 0, 20_000);

  private static Stage stage(double cores, Backlog... backlogs) {
    Histogram stored = new Histogram(3);
    stored.recordValue(400);
    Histogram answered = new Histogram(3);
    answered.recordValue(450);
    answered.recordValue(650);
    return Stage.of(
        stored,
        new ReadableWatch.Found(answered, 23.5),
        CpuUse.of(Map.of("job", cores), cores, 2),
        List.of(backlogs));
  }

  @Test
  void stage_isValid_whenTheJobKeptUpAndTheMachineWasNotFull() {
    Stage stage = stage(1.5, NONE, new Backlog("at the end", 10_000, 20_000));

    assertThat(stage.notValid()).isNull();
    assertThat(stage.mark()).isEmpty();
    assertThat(stage.probes()).isEqualTo(2);
    assertThat(stage.stored().mostMillis()).isEqualTo(400);
    assertThat(stage.answered().p50Millis()).isEqualTo(450);
    assertThat(stage.resolutionMillis()).isEqualTo(23.5);
  }

  @Test
  void stage_isNotValid_whenTheJobWasBehindOnlyAtItsEnd() {
    Stage stage = stage(1.5, NONE, new Backlog("at the end", 30_000, 20_000));

    assertThat(stage.mark())
        .isEqualTo("  not valid: the job was 1.5 s behind the load at the end, more than 0.5 s");
  }

  @Test
  void stage_saysEachReason_whenThereAreMore() {
    Stage stage = stage(1.75, new Backlog("after the warm-up", 30_000, 20_000), NONE);

    assertThat(stage.notValid())
        .isEqualTo(
            "the machine was overloaded (1.75 of 2 cores in use, more than 85 %); the job was 1.5 s"
                + " behind the load after the warm-up, more than 0.5 s");
  }
}
