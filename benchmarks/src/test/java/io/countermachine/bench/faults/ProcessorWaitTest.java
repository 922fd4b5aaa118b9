package io.countermachine.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessorWaitTest {
  @Test
  void total_isOfTheLineForSome() {
    assertThat(
            ProcessorWait.totalMicros(
                "some avg10=0.12 avg60=0.06 avg300=0.04 total=5006389\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7\n"))
        .isEqualTo(5_006_389L);
    assertThat(ProcessorWait.totalMicros("")).isNull();
  }
}
