package io.countermachine.service.probes;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProbePortTest {
  private static ProbePort create(int probesPort, String actuatorPort) {
    return new ProbePort(new ProbesProperties(probesPort, Duration.ZERO), "", actuatorPort);
  }

  @Test
  void start_isRefused_whenTheActuatorHasAPortOfItsOwn() {
    assertThatThrownBy(() -> create(8_081, "9090"))
        .hasMessage(
            "counter-machine.probes.port is 8081 and management.server.port is 9090; set one of them");
  }

  @Test
  void eitherPort_isTaken_alone() {
    assertThatCode(() -> create(8_081, "")).doesNotThrowAnyException();
    assertThatCode(() -> create(0, "9090")).doesNotThrowAnyException();
  }
}
