package io.countermachine.service.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.service.problem.RequestFault;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlinesTest {
  private final Deadlines deadlines =
      new Deadlines(new RequestProperties(Duration.ofHours(1), Duration.ofMillis(10)));

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

  @Test
  void waits_endBeforeTheLimit_soThatTheResponseIsThereByThen() {
    Duration millis = Duration.ofMillis(1);
    assertThat(deadlines.of(null).length()).isEqualTo(Duration.ofHours(1).minusMillis(10));
    assertThat(deadlines.of("80").length()).isEqualTo(millis.multipliedBy(70));
    assertThat(deadlines.within(millis.multipliedBy(80)).length())
        .isEqualTo(millis.multipliedBy(70));
    assertThat(deadlines.of("20").length())
        .as("a fifth is left of a short one")
        .isEqualTo(millis.multipliedBy(16));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "0", "-5", "1.5", "1e3", "abc", "+7", "1000000000", "٣"})
  void headerThatIsNoPositiveNumber_isNamed(String header) {
    assertThatThrownBy(() -> deadlines.of(header))
        .isInstanceOf(RequestFault.class)
        .hasMessageContaining("X-Deadline-Ms must be milliseconds");
  }
}
