package io.countermachine.service.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class JobProbeTest {
  private final JobProbe probe =
      new JobProbe(
          new ConsoleProperties(true, "", "events", "http://localhost:8081", List.of(), 16),
          new WebReader());

  private PartStatus judge(String jobs) {
    return probe.judge(new JsonMapper().readTree("{\"jobs\":[" + jobs + "]}"));
  }

  private static String job(String state, long start, int total, int running) {
    return "{\"state\":\"%s\",\"start-time\":%d,\"tasks\":{\"total\":%d,\"running\":%d}}"
        .formatted(state, start, total, running);
  }

  @Test
  void job_isUp_whenAllItsTasksRun() {
    assertThat(judge(job("RUNNING", 1, 6, 6))).isEqualTo(PartStatus.up("job", "6 of 6 tasks run"));
  }

  @Test
  void job_isDown_whenTasksAreMissing_orItDoesNotRun_orThereIsNone() {
    assertThat(judge(job("RUNNING", 1, 6, 5)))
        .isEqualTo(PartStatus.down("job", "5 of 6 tasks run"));
    assertThat(judge(job("RESTARTING", 1, 6, 0))).isEqualTo(PartStatus.down("job", "restarting"));
    assertThat(judge("")).isEqualTo(PartStatus.down("job", "Flink has no job"));
  }

  @Test
  void job_isTheOneStartedLast_whenThereAreSeveral() {
    assertThat(judge(job("RUNNING", 2, 6, 6) + "," + job("CANCELED", 1, 6, 0)).state())
        .isEqualTo(PartStatus.State.UP);
    assertThat(judge(job("RUNNING", 2, 6, 6) + "," + job("FAILED", 3, 6, 0)).state())
        .isEqualTo(PartStatus.State.DOWN);
  }
}
