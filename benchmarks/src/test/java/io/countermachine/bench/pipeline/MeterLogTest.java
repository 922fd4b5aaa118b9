package io.countermachine.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.bench.pipeline.MeterLog.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeterLogTest {
  @TempDir private Path folder;
  private MeterLog log;

  @BeforeEach
  void write() throws IOException {
    Path file = folder.resolve("meter");
    // Epoch milliseconds, records, CPU nanoseconds, bytes; the last line is half written.
    Files.writeString(
        file,
        """
        1000,0,50,10
        1100,500,60,20
        1200,2500,80,50
        1300,4000,110,90
        1400,4000,115,95
        15""");
    log = new MeterLog(file);
  }

  @Test
  void between_isFromTheFirstRecordOn_whenNoneIsLeftOut() {
    assertThat(log.between(1, 1_290)).isEqualTo(new Sample(190, 3_500, 50, 70));
  }

  @Test
  void between_leavesOutTheWarmUp() {
    assertThat(log.between(2_000, 1_290)).isEqualTo(new Sample(90, 1_500, 30, 40));
  }

  @Test
  void records_areThoseOfTheLastWholeLine() {
    assertThat(log.records()).isEqualTo(4_000);
  }
}
