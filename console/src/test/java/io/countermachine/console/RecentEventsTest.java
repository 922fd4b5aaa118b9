package io.countermachine.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentEventsTest {
  private int reads;
  private boolean away;
  private long nanos = 5;

  private final RecentEvents recent = new RecentEvents(this::read, () -> nanos);

  private List<byte[]> read() throws BrokerFailure {
    reads++;
    if (away) {
      throw new BrokerFailure("away " + reads, null);
    }
    return List.of("{\"read\":%d}".formatted(reads).getBytes(UTF_8));
  }

  @Test
  void events_areReadAnew_onlyAfterASecond() throws BrokerFailure {
    assertThat(recent.look()).hasToString("[{\"read\":1}]");
    nanos += Duration.ofMillis(999).toNanos();
    assertThat(recent.look()).hasToString("[{\"read\":1}]");
    nanos += Duration.ofMillis(1).toNanos();
    assertThat(recent.look()).hasToString("[{\"read\":2}]");
  }

  @Test
  void failure_isKeptForASecondToo() throws BrokerFailure {
    away = true;
    assertThatThrownBy(recent::look).hasMessage("away 1");
    away = false;
    assertThatThrownBy(recent::look).hasMessage("away 1");
    nanos += Duration.ofSeconds(1).toNanos();
    assertThat(recent.look()).hasToString("[{\"read\":2}]");
  }
}
