package io.countermachine.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.bench.events.EventStream;
import io.countermachine.bench.pipeline.MeterLog.Sample;
import io.countermachine.bench.pipeline.TableCheck.Finding;
import io.countermachine.local.stub.DynamoDbStub.Statistics;
import org.junit.jupiter.api.Test;

class CountedTest {
  private static final EventStream STREAM =
      new EventStream(new EventStream.Shape(1_000, 100, 1.1, 5_000, 1_707_605_599));

  /** The state when 400 of the events were warm-up, and at the end. */
  private static final Statistics WARM = new Statistics(40, 400, 100_000, 90, 1_000);

  private static final Statistics END = new Statistics(50, 460, 407_200, 95, 3_000);

  private static Counted counted(Sample used) {
    return Counted.of(
        STREAM,
        BenchCatalog.TUTORIAL,
        Counted.Work.of(used, WARM, END),
        null,
        new Finding(95, 95, 95, 0, null),
        95,
        700);
  }

  @Test
  void figures_areOfTheMeasuredEventsAlone() {
    // 600 events, and the six records that end the stream, in two seconds.
    Counted counted = counted(new Sample(2_000, 606, 3_000_000, 1_200_000, 1));

    assertThat(counted.seconds()).isEqualTo(2);
    assertThat(counted.eventsPerSecond()).isEqualTo(300);
    // Each event increases one counter of six intervals.
    assertThat(counted.updatesPerSecond()).isEqualTo(1_800);
    assertThat(counted.cpuSecondsPerMillion()).isEqualTo(5);
    // One millisecond for 600 events.
    assertThat(counted.compilerSecondsPerMillion()).isEqualTo(1_000 / 600.0);
    assertThat(counted.allocatedBytesPerEvent()).isEqualTo(2_000);
    assertThat(counted.writesPerEvent()).isEqualTo(60 / 600.0);
    assertThat(counted.writtenKilobytesPerEvent()).isEqualTo(300 / 600.0);
    assertThat(counted.keys()).isEqualTo(95);
  }

  @Test
  void compilerSeconds_areNull_whereTheJvmDoesNotTell() {
    assertThat(counted(new Sample(2_000, 606, 1, 1, -1)).compilerSecondsPerMillion()).isNull();
  }

  @Test
  void work_isRefused_whenNoEventIsLeftAfterTheWarmUp() {
    assertThatThrownBy(() -> counted(new Sample(100, 6, 1, 1, 1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("use more events");
  }
}
