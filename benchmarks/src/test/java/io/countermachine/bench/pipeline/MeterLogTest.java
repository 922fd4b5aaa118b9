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
    // Epoch milliseconds, records, CPU nanoseconds, bytes, compiler. The last line is incomplete.
    Files.writeString(
        file,
        """
        1000,0,50,10,5
        1100,500,60,20,7
        1200,2500,80,50,8
        1300,4000,110,90,12
        1400,4000,115,95,12
        15""");
    log = new MeterLog(file);
  }

  @Test
  void between_isFromTheFirstRecordOn_whenNoneIsLeftOut() {
    assertThat(log.between(1, 1_290)).isEqualTo(new Sample(190, 3_500, 50, 70, 5));
  }

  @Test
  void between_leavesOutTheWarmUp() {
    assertThat(log.between(2_000, 1_290)).isEqualTo(new Sample(90, 1_500, 30, 40, 4));
  }

  @Test
  void compilerTime_isUnknown_whereTheJvmDoesNotTell() throws IOException {
    Path file = folder.resolve("untold");
    Files.writeString(file, "1000,1,50,10,-1\n1100,500,60,20,-1\n");

    assertThat(new MeterLog(file).between(1, 1_100)).isEqualTo(new Sample(100, 499, 10, 10, -1));
  }

  @Test
  void records_areThoseOfTheLastWholeLine() {
    assertThat(log.records()).isEqualTo(4_000);
  }
}
