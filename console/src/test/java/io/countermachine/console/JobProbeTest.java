package io.countermachine.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class JobProbeTest {
  private static final ConsoleProperties PROPERTIES =
      new ConsoleProperties(
          "http://localhost:8080",
          "",
          "",
          List.of(),
          false,
          false,
          "",
          "events",
          "http://localhost:8081",
          List.of());

  private final JobProbe probe =
      new JobProbe(PROPERTIES, new WebReader(), new JobMetrics(PROPERTIES, new WebReader()));

  private ComponentStatus judge(String jobs) {
    return probe.judge(new JsonMapper().readTree("{\"jobs\":[" + jobs + "]}"));
  }

  private static String job(String state, long start, int total, int running) {
    return "{\"state\":\"%s\",\"start-time\":%d,\"tasks\":{\"total\":%d,\"running\":%d}}"
        .formatted(state, start, total, running);
  }

  @Test
  void job_isUp_whenAllItsTasksRun() {
    assertThat(judge(job("RUNNING", 1, 6, 6)))
        .isEqualTo(ComponentStatus.up("job", "6 of 6 tasks run"));
  }

  @Test
  void job_isDown_whenTasksAreMissing_orItDoesNotRun_orThereIsNone() {
    assertThat(judge(job("RUNNING", 1, 6, 5)))
        .isEqualTo(ComponentStatus.down("job", "5 of 6 tasks run"));
    assertThat(judge(job("RESTARTING", 1, 6, 0)))
        .isEqualTo(ComponentStatus.down("job", "restarting"));
    assertThat(judge("")).isEqualTo(ComponentStatus.down("job", "Flink has no job"));
  }

  @Test
  void job_isTheOneStartedLast_whenThereAreSeveral() {
    assertThat(judge(job("RUNNING", 2, 6, 6) + "," + job("CANCELED", 1, 6, 0)).state())
        .isEqualTo(ComponentStatus.State.UP);
    assertThat(judge(job("RUNNING", 2, 6, 6) + "," + job("FAILED", 3, 6, 0)).state())
        .isEqualTo(ComponentStatus.State.DOWN);
  }

  @Test
  void job_isBehind_whenTheOldestUnwrittenChangeIsTenSecondsOld() {
    ComponentStatus up = ComponentStatus.up("job", "6 of 6 tasks run");
    assertThat(JobProbe.withDelay(up, Optional.of(Duration.ofMillis(9_999)))).isEqualTo(up);
    assertThat(JobProbe.withDelay(up, Optional.empty())).isEqualTo(up);
    assertThat(JobProbe.withDelay(up, Optional.of(Duration.ofSeconds(10))))
        .isEqualTo(ComponentStatus.behind("job", "the table is 10 s behind"));

    ComponentStatus down = ComponentStatus.down("job", "5 of 6 tasks run");
    assertThat(JobProbe.withDelay(down, Optional.of(Duration.ofHours(1)))).isEqualTo(down);
  }

  @Test
  void oldestUnwrittenChange_isThatOfAllOperatorsAndSubtasks() {
    String metrics =
        """
        # TYPE %1$s gauge
        %1$s{job_name="counters",operator_name="count",subtask_index="0",} 812.0
        %1$s{job_name="counters",operator_name="items:_Writer",subtask_index="0",} 12800.0
        %1$s{job_name="counters",operator_name="count",subtask_index="1",} 0.0
        """
            .formatted(JobProbe.OLDEST_UNWRITTEN);
    assertThat(JobProbe.oldest(PrometheusText.samples(metrics, JobProbe.OLDEST_UNWRITTEN)))
        .hasValue(Duration.ofMillis(12_800));
    assertThat(JobProbe.oldest(List.of())).isEmpty();
  }
}
