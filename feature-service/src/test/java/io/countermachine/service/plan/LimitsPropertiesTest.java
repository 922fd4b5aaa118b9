package io.countermachine.service.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LimitsPropertiesTest {
  @Test
  void candidates_areNoMoreThanTheApiPromises() {
    assertThat(new LimitsProperties(1, 1_000, 1, 2_048, 1, 1).candidates()).isEqualTo(1_000);
    assertThatThrownBy(() -> new LimitsProperties(1, 1_001, 1, 1, 1, 1))
        .hasMessage("counter-machine.limits.candidates is 1001; expected 1 to 1000");
    assertThatThrownBy(() -> new LimitsProperties(1, 0, 1, 1, 1, 1))
        .hasMessage("counter-machine.limits.candidates is 0; expected 1 to 1000");
  }

  @Test
  void keys_areNoLongerThanTheTableTakes() {
    assertThatThrownBy(() -> new LimitsProperties(1, 1, 1, 2_049, 1, 1))
        .hasMessage("counter-machine.limits.key-bytes is 2049; expected 1 to 2048");
  }
}
