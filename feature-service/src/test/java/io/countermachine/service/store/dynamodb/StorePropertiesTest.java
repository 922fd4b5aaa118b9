package io.countermachine.service.store.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StorePropertiesTest {
  private static Duration longestTurn(int attemptMillis, int connectionMillis) {
    return new StoreProperties(
            "",
            "us-east-1",
            Duration.ofMillis(500),
            Duration.ofMillis(attemptMillis),
            2,
            200,
            Duration.ofMillis(connectionMillis),
            20,
            Duration.ofSeconds(5))
        .longestTurn();
  }

  @Test
  void call_waitsNoLongerForItsTurn_thanItsRequestHasUseForIt() {
    assertThat(longestTurn(80, 200)).isEqualTo(Duration.ofMillis(40));
    assertThat(longestTurn(1_500, 1_000)).isEqualTo(Duration.ofMillis(750));
    assertThat(longestTurn(5_000, 1_000)).isEqualTo(Duration.ofSeconds(1));
  }
}
