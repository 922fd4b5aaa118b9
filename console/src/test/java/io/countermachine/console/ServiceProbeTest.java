package io.countermachine.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ServiceProbeTest {
  @Test
  void uptime_isInTheLargestUnitThatFits() {
    assertThat(ServiceProbe.inWords(Duration.ofSeconds(59))).isEqualTo("59 s");
    assertThat(ServiceProbe.inWords(Duration.ofSeconds(61))).isEqualTo("1 min");
    assertThat(ServiceProbe.inWords(Duration.ofHours(23))).isEqualTo("23 h");
    assertThat(ServiceProbe.inWords(Duration.ofHours(49))).isEqualTo("2 d");
  }
}
