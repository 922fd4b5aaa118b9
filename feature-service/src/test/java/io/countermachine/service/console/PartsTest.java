package io.countermachine.service.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PartsTest {
  private long nanos = 5;

  /** A part that says how often it was looked at. */
  private static final class CountingProbe implements Probe {
    private int looks;

    @Override
    public String name() {
      return "store";
    }

    @Override
    public CompletableFuture<PartStatus> look() {
      looks++;
      return CompletableFuture.completedFuture(PartStatus.up(name(), "look " + looks));
    }
  }

  @Test
  void look_asksAnew_onlyAfterASecond() {
    Parts parts = new Parts(List.of(new CountingProbe()), () -> nanos);
    assertThat(parts.look()).containsExactly(PartStatus.up("store", "look 1"));
    nanos += Duration.ofMillis(999).toNanos();
    assertThat(parts.look()).containsExactly(PartStatus.up("store", "look 1"));
    nanos += Duration.ofMillis(1).toNanos();
    assertThat(parts.look()).containsExactly(PartStatus.up("store", "look 2"));
  }

  @Test
  void reason_isTheInnermostOne_inOneLine() {
    Exception thrown = new RuntimeException("outer", new IllegalStateException("inner\nmore"));
    assertThat(PartStatus.reason(thrown)).isEqualTo("inner");
    assertThat(PartStatus.reason(new IllegalStateException())).isEqualTo("IllegalStateException");
  }

  @Test
  void uptime_isInTheLargestUnitThatFits() {
    assertThat(ServiceProbe.inWords(Duration.ofSeconds(59))).isEqualTo("59 s");
    assertThat(ServiceProbe.inWords(Duration.ofSeconds(61))).isEqualTo("1 min");
    assertThat(ServiceProbe.inWords(Duration.ofHours(23))).isEqualTo("23 h");
    assertThat(ServiceProbe.inWords(Duration.ofHours(49))).isEqualTo("2 d");
  }
}
