package io.countermachine.service.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.service.problem.Overloaded;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private long nanos = 7;

  private Admission admission(boolean enabled, int limit) {
    return new Admission(
        new AdmissionProperties(enabled, limit, 1, 100, Duration.ofMillis(50)),
        meters,
        () -> nanos);
  }

  private double limit() {
    return meters.get("countermachine.admission.limit").gauge().value();
  }

  private double inFlight() {
    return meters.get("countermachine.admission.in.flight").gauge().value();
  }

  private void work(Admission admission, Duration duration, int keys, long values) {
    try (Admission.Permit permit = admission.admit()) {
      nanos += duration.toNanos();
      permit.complete(keys, values);
    }
  }

  @Test
  void requestAboveTheLimit_isTurnedAway_untilAPlaceIsFree() {
    Admission admission = admission(true, 2);
    try (Admission.Permit first = admission.admit()) {
      Admission.Permit second = admission.admit();
      assertThat(inFlight()).isEqualTo(2);
      assertThatThrownBy(admission::admit).isInstanceOf(Overloaded.class).hasNoCause();
      assertThat(meters.get("countermachine.admission.rejected").counter().count()).isEqualTo(1);
      second.close();
      admission.admit().close();
      first.complete(1, 1);
    }
    assertThat(inFlight()).isZero();
  }

  @Test
  void nobody_isTurnedAway_whereItIsOff() {
    Admission admission = admission(false, 1);
    for (int i = 0; i < 5; i++) {
      admission.admit();
    }
    assertThat(limit()).isEqualTo(1);
  }

  @Test
  void slowRequests_lowerTheLimitByATenth_downToTheLeast() {
    Admission admission = admission(true, 20);
    work(admission, Duration.ofMillis(51), 1, 1);
    assertThat(limit()).isEqualTo(18);
    for (int i = 0; i < 100; i++) {
      work(admission, Duration.ofMillis(51), 1, 1);
    }
    assertThat(limit()).isEqualTo(1);
  }

  @Test
  void fastRequests_raiseTheLimit_whileItIsInUse() {
    Admission admission = admission(true, 2);
    work(admission, Duration.ofMillis(49), 1, 1);
    assertThat(limit()).isEqualTo(3);
  }

  /** 50 ms, 50 ms more for every 500 keys, and for every 50,000 values. */
  @ParameterizedTest
  @CsvSource({
    "0, 0, 50",
    "500, 0, 100",
    "0, 50000, 100",
    "1000, 10000, 160",
    "5000, 1000000, 1550"
  })
  void largeRequests_mayTakeLonger(int keys, long values, long millis) {
    Admission admission = admission(true, 20);
    work(admission, Duration.ofMillis(millis), keys, values);
    assertThat(limit()).isEqualTo(20);
    work(admission, Duration.ofMillis(millis + 1), keys, values);
    assertThat(limit()).isEqualTo(18);
  }

  @Test
  void missedDeadline_lowersTheLimit_howeverLargeTheRequest() {
    Admission admission = admission(true, 20);
    try (Admission.Permit permit = admission.admit()) {
      permit.missedDeadline();
    }
    assertThat(limit()).isEqualTo(18);
    assertThat(inFlight()).isZero();
  }

  @Test
  void requestThatSaysNothing_leavesTheLimit_howeverLongItTook() {
    Admission admission = admission(true, 20);
    try (Admission.Permit permit = admission.admit()) {
      assertThat(permit).isNotNull();
      nanos += Duration.ofHours(1).toNanos();
    }
    assertThat(limit()).isEqualTo(20);
    assertThat(inFlight()).isZero();
  }
}
