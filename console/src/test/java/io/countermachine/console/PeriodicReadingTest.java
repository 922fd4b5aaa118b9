package io.countermachine.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PeriodicReadingTest {
  private int reads;
  private boolean away;
  private long nanos = 5;

  private final PeriodicReading<Integer, BrokerFailure> reading =
      new PeriodicReading<>(this::read, Duration.ofSeconds(30), () -> nanos);

  private int read() throws BrokerFailure {
    reads++;
    if (away) {
      throw new BrokerFailure("away " + reads, null);
    }
    return reads;
  }

  @Test
  void reading_isMadeAnew_onlyAfterItsPeriod() throws BrokerFailure {
    assertThat(reading.get()).isEqualTo(1);
    nanos += Duration.ofMillis(29_999).toNanos();
    assertThat(reading.get()).isEqualTo(1);
    nanos += Duration.ofMillis(1).toNanos();
    assertThat(reading.get()).isEqualTo(2);
  }

  @Test
  void failure_isKeptForASecond_whateverThePeriod() throws BrokerFailure {
    assertThat(reading.get()).isEqualTo(1);
    away = true;
    nanos += Duration.ofSeconds(30).toNanos();
    assertThatThrownBy(reading::get).hasMessage("away 2");
    away = false;
    nanos += Duration.ofMillis(999).toNanos();
    assertThatThrownBy(reading::get).hasMessage("away 2");
    nanos += Duration.ofMillis(1).toNanos();
    assertThat(reading.get()).isEqualTo(3);
  }
}
