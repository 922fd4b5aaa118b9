package io.countermachine.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CpuUseTest {
  private static Map<String, Double> processes(double job, double broker) {
    Map<String, Double> cores = new LinkedHashMap<>();
    cores.put("job", job);
    cores.put("broker", broker);
    return cores;
  }

  @Test
  void use_isValid_upTo85OfAHundred() {
    // 85 % of four cores are 3.4.
    CpuUse use = CpuUse.of(processes(2.25, 1.125), 3.375, 4);

    assertThat(use.inUse()).isEqualTo(3.375);
    assertThat(use.there()).isEqualTo(4);
    assertThat(use.notValid()).isNull();
  }

  @Test
  void use_isNotValidAndSaysWhy_whenTheProcessesFillTheMachine() {
    CpuUse use = CpuUse.of(processes(1.5, 0.25), 1.75, 2);

    assertThat(use.notValid())
        .isEqualTo("the machine was overloaded (1.75 of 2 cores in use, more than 85 %)");
  }

  @Test
  void use_isNotValid_whenOthersFillTheMachine() {
    CpuUse use = CpuUse.of(processes(0.5, 0.25), 2.0, 2);

    assertThat(use.inUse()).isEqualTo(2.0);
    assertThat(use.cores().get(CpuUse.ELSE)).isCloseTo(1.25, within(1e-12));
    assertThat(use.notValid()).contains("2.00 of 2 cores");
  }

  @Test
  void use_isThatOfTheProcesses_whenTheSystemDoesNotTell() {
    CpuUse use = CpuUse.of(processes(0.5, 0.25), -2, 2);

    assertThat(use.inUse()).isEqualTo(0.75);
    assertThat(use.cores()).containsOnlyKeys("job", "broker");
    assertThat(use.notValid()).isNull();
  }

  @Test
  void use_countsNothingElse_whenTheSystemsFigureIsTheLower() {
    // The two are not read at the same instant.
    CpuUse use = CpuUse.of(processes(0.5, 0.25), 0.74, 2);

    assertThat(use.cores().get(CpuUse.ELSE)).isZero();
    assertThat(use.inUse()).isEqualTo(0.75);
  }
}
