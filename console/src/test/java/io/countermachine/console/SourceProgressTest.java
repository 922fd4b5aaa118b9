package io.countermachine.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SourceProgressTest {
  private static final String METRICS =
      """
      # TYPE %1$s gauge
      %1$s{job_name="counters",topic="events",partition="0",} 41.0
      %1$s{job_name="counters",topic="events",partition="1",} -1.0
      %1$s{job_name="older",topic="events",partition="0",} 12.0
      %1$s{job_name="counters",topic="others",partition="2",} 99.0
      """
          .formatted(SourceProgress.CURRENT_OFFSET);
  private static final List<PrometheusText.Sample> SAMPLES =
      PrometheusText.samples(METRICS, SourceProgress.CURRENT_OFFSET);

  @Test
  void offset_isTheFarthest_ofTheTopicsPartition() {
    assertThat(SourceProgress.offset(SAMPLES, "events", 0)).hasValue(41);
  }

  @Test
  void offset_isUnknown_beforeTheFirstRecord_andForOtherPartitions() {
    assertThat(SourceProgress.offset(SAMPLES, "events", 1)).isEmpty();
    assertThat(SourceProgress.offset(SAMPLES, "events", 2)).isEmpty();
  }
}
