package io.countermachine.service.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.service.problem.RequestFault;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlinesTest {
  private final Deadlines deadlines = new Deadlines(new RequestProperties(Duration.ofHours(1)));

  private Duration left(String header) {
    return Duration.ofNanos(deadlines.of(header).fromNow().remainingNanos());
  }

  @Test
  void header_lowersTheDeadline_andNeverRaisesIt() {
    assertThat(left(null)).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
    assertThat(left("60000")).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(60));
    assertThat(left("999999999")).isLessThanOrEqualTo(Duration.ofHours(1));
  }

  @Test
  void deadline_isTheCallers_onlyWhereItIsLower() {
    assertThat(deadlines.of(null).isCallers()).isFalse();
    assertThat(deadlines.of("3600000").isCallers()).isFalse();
    assertThat(deadlines.of("3599999").isCallers()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "0", "-5", "1.5", "1e3", "abc", "+7", "1000000000", "٣"})
  void headerThatIsNoPositiveNumber_isNamed(String header) {
    assertThatThrownBy(() -> deadlines.of(header))
        .isInstanceOf(RequestFault.class)
        .hasMessageContaining("X-Deadline-Ms must be milliseconds");
  }
}
