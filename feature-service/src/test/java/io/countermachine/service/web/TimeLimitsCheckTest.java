package io.countermachine.service.web;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.service.store.dynamodb.StoreProperties;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimeLimitsCheckTest {
  private static void check(long attemptMillis) {
    check(attemptMillis, 10);
  }

  private static void check(long attemptMillis, long reserveMillis) {
    Duration attempt = Duration.ofMillis(attemptMillis);
    new TimeLimitsCheck(
        new RequestProperties(Duration.ofMillis(100), Duration.ofMillis(reserveMillis)),
        new StoreProperties("", "us-east-1", attempt, attempt, 2, 1, attempt, 1, attempt));
  }

  @Test
  void attempt_mustBeShorterThanARequest() {
    assertThatCode(() -> check(89)).doesNotThrowAnyException();
    assertThatThrownBy(() -> check(90))
        .hasMessage(
            "counter-machine.dynamodb.attempt-timeout is 90 ms; expected less than 90 ms, which is counter-machine.request.deadline without counter-machine.request.reserve, of which at most a fifth of the deadline counts");
    assertThatCode(() -> check(79, 50)).doesNotThrowAnyException();
    assertThatThrownBy(() -> check(80, 50)).hasMessageContaining("expected less than 80 ms");
  }
}
