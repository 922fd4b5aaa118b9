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
  private static final long BUDGET = Duration.ofSeconds(1).toNanos();

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private long nanos = 7;

  private Admission admission(boolean enabled, int limit) {
    return new Admission(
        new AdmissionProperties(
            enabled, limit, 1, 100, Duration.ofMillis(50), Duration.ofNanos(1), Duration.ZERO),
        meters,
        () -> nanos);
  }

  private double gauge(String name) {
    return meters.get("countermachine.admission." + name).gauge().value();
  }

  private double limit() {
    return gauge("limit");
  }

  private double inFlight() {
    return gauge("in.flight");
  }

  private static Admission.Permit admit(Admission admission) {
    return admission.admit(BUDGET);
  }

  private void work(Admission admission, Duration duration, int keys, long values) {
    try (Admission.Permit permit = admit(admission)) {
      permit.resize(keys, values, BUDGET);
      nanos += duration.toNanos();
      permit.complete();
    }
  }

  private void workInVain(Admission admission, Duration duration, boolean missedDeadline) {
    try (Admission.Permit permit = admit(admission)) {
      nanos += duration.toNanos();
      permit.incomplete(missedDeadline);
    }
  }

  @Test
  void requestAboveTheLimit_isTurnedAway_untilAPlaceIsFree() {
    Admission admission = admission(true, 2);
    try (Admission.Permit first = admit(admission)) {
      Admission.Permit second = admit(admission);
      assertThat(inFlight()).isEqualTo(2);
      assertThatThrownBy(() -> admit(admission)).isInstanceOf(Overloaded.class).hasNoCause();
      assertThat(meters.get("countermachine.admission.rejected").counter().count()).isEqualTo(1);
      second.close();
      admit(admission).close();
      first.complete();
      assertThat(inFlight()).as("until the answer is written").isEqualTo(1);
    }
    assertThat(inFlight()).isZero();
    assertThat(gauge("waiting")).isZero();
  }

  @Test
  void nobody_isTurnedAway_whereItIsOff() {
    Admission admission = admission(false, 1);
    for (int i = 0; i < 5; i++) {
      work(admission, Duration.ofHours(1), 100_000, 1);
      admit(admission);
    }
    assertThat(limit()).isEqualTo(1);
  }

  /** One place, or one for every 1,000 keys or 10,000 values. */
  @ParameterizedTest
  @CsvSource({
    "0, 0, 1",
    "1999, 19999, 1",
    "2000, 1, 2",
    "1, 20000, 2",
    "10000, 100000, 10",
    "3000, 90000, 9"
  })
  void largeRequests_takeSeveralPlaces(int keys, long values, int places) {
    Admission admission = admission(true, 20);
    try (Admission.Permit permit = admit(admission)) {
      permit.resize(keys, values, BUDGET);
      assertThat(inFlight()).isEqualTo(places);
    }
    assertThat(inFlight()).isZero();
  }

  @Test
  void largeRequest_isTurnedAway_whereThereAreTooFewPlaces_andKeepsNone() {
    Admission admission = admission(true, 10);
    try (Admission.Permit first = admit(admission);
        Admission.Permit second = admit(admission)) {
      assertThat(first).isNotNull();
      assertThatThrownBy(() -> second.resize(10_000, 1, BUDGET)).isInstanceOf(Overloaded.class);
      assertThat(inFlight()).isEqualTo(1);
    }
    assertThat(inFlight()).isZero();
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

  /** 50 ms, and another 50 ms for every 500 keys and for every 50,000 values. */
  @ParameterizedTest
  @CsvSource({
    "0, 0, 50",
    "500, 0, 100",
    "0, 50000, 100",
    "1000, 10000, 160",
    "5000, 1000000, 1550"
  })
  void largeRequests_mayTakeLonger(int keys, long values, long millis) {
    Admission admission = admission(true, 25);
    work(admission, Duration.ofMillis(millis + 1), keys, values);
    assertThat(limit()).isEqualTo(22);
    work(admission, Duration.ofMillis(millis), keys, values);
    assertThat(limit()).isBetween(22.0, 23.0);
  }

  @Test
  void missedDeadline_lowersTheLimit_howeverFast() {
    Admission admission = admission(true, 20);
    workInVain(admission, Duration.ofMillis(1), true);
    assertThat(limit()).isEqualTo(18);
    assertThat(inFlight()).isZero();
  }

  /** A request is cut short by a caller's deadline, or by a store that fails at once. */
  @Test
  void requestThatWasCutShort_isSlow_whereItTookAsLong_andSaysNothingBefore() {
    Admission admission = admission(true, 20);
    workInVain(admission, Duration.ofMillis(50), false);
    assertThat(limit()).isEqualTo(20);
    workInVain(admission, Duration.ofMillis(51), false);
    assertThat(limit()).isEqualTo(18);
  }

  @Test
  void requestThatSaysNothing_leavesTheLimit_howeverLongItTook() {
    Admission admission = admission(true, 20);
    try (Admission.Permit permit = admit(admission)) {
      assertThat(permit).isNotNull();
      nanos += Duration.ofHours(1).toNanos();
    }
    assertThat(limit()).isEqualTo(20);
    assertThat(inFlight()).isZero();
  }
}
