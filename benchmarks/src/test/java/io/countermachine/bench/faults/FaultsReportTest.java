package io.countermachine.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.countermachine.bench.report.Goal;
import io.countermachine.bench.report.Machine;
import io.countermachine.local.process.Stalls;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FaultsReportTest {
  private static final long MILLI = 1_000_000;
  private static final Stalls.Seen NO_STALLS = new Stalls.Seen(0, 0);

  private static Outcome good(long dueMillis, long millis) {
    return outcome(dueMillis, millis, null, 0, 0, 0);
  }

  private static Outcome outcome(
      long dueMillis,
      long millis,
      String failure,
      int lacking,
      int unexplained,
      double serviceMillis) {
    return outcome(dueMillis, millis, 0, failure, lacking, unexplained, serviceMillis);
  }

  private static Outcome outcome(
      long dueMillis,
      long millis,
      long ownMillis,
      String failure,
      int lacking,
      int unexplained,
      double serviceMillis) {
    return new Outcome(
        "localhost:8080",
        dueMillis * MILLI,
        (dueMillis + millis) * MILLI,
        ownMillis * MILLI,
        failure,
        lacking,
        unexplained,
        null,
        "",
        serviceMillis,
        1);
  }

  private static FaultsReport.Measured measured(
      Scenario scenario, List<Outcome> outcomes, FaultsReport.Span... faults) {
    return FaultsReport.Measured.of(
        scenario, outcomes, List.of(faults), 0.25, NO_STALLS, NO_STALLS);
  }

  @Test
  void late_isOverTheDeadlineAndFiveMillis() {
    FaultsReport.Measured found =
        measured(
            Scenario.NONE,
            List.of(good(0, 105), good(1, 106), outcome(2, 120, null, 0, 0, 110), good(3, 7)));

    assertThat(found.late()).isEqualTo(2);
    assertThat(found.lateInService()).isEqualTo(1);
    assertThat(found.maxMillis()).isEqualTo(120);
    assertThat(found.p50Millis()).isEqualTo(105);
  }

  @Test
  void late_isOfTheLoad_whenItsOwnStallsAreWhatIsOver() {
    FaultsReport report =
        FaultsReport.of(
            Machine.here(),
            10,
            List.of(),
            List.of(
                measured(
                    Scenario.REFUSED,
                    List.of(
                        outcome(0, 106, 1, null, 0, 0, 90),
                        outcome(1, 120, 14, null, 0, 0, 90),
                        outcome(2, 105, 50, null, 0, 0, 90)))));

    assertThat(report.scenarios().get(0).late()).isEqualTo(2);
    assertThat(report.scenarios().get(0).lateOfLoad()).as("the first").isEqualTo(1);
    assertThat(report.goals().get(0).value()).as("the second").isEqualTo(1);
  }

  @Test
  void errors_areElsewhere_whenTheyDoNotOverlapAPause() {
    List<Outcome> outcomes =
        List.of(
            outcome(900, 99, "status 503", 0, 0, 0),
            outcome(950, 100, "status 503", 0, 0, 0),
            outcome(1_100, 100, null, 3, 3, 0),
            outcome(1_300, 5, null, 3, 3, 0),
            outcome(1_301, 5, null, 3, 3, 0),
            good(1_100, 100));

    FaultsReport.Measured found =
        measured(Scenario.PAUSE, outcomes, new FaultsReport.Span(1_000 * MILLI, 1_300 * MILLI));

    assertThat(found.failures()).isEqualTo(Map.of("status 503", 2L));
    assertThat(found.lacking()).isEqualTo(3);
    assertThat(found.elsewhere()).as("the first, and the last but one").isEqualTo(2);
  }

  @Test
  void errors_areElsewhere_whenTheirKeysWereNotRefused() {
    FaultsReport.Measured found =
        measured(
            Scenario.REFUSED,
            List.of(
                outcome(0, 9, null, 100, 0, 0),
                outcome(1, 9, null, 100, 1, 0),
                outcome(2, 9, "status 429", 0, 0, 0)));

    assertThat(found.lacking()).isEqualTo(2);
    assertThat(found.elsewhere()).isEqualTo(2);
  }

  @Test
  void goals_areOfFaults_andNotOfWhatIsForComparison() {
    List<Outcome> late = List.of(good(0, 200));
    FaultsReport report =
        FaultsReport.of(
            Machine.here(),
            10,
            List.of(),
            List.of(measured(Scenario.NONE, late), measured(Scenario.RESTART, late)));

    assertThat(report.goals())
        .extracting(Goal::what, Goal::value, Goal::passed)
        .containsExactly(
            tuple("rolling restart of two instances: requests over deadline + 5 ms", 1.0, false),
            tuple("rolling restart of two instances: requests with errors elsewhere", 0.0, true),
            tuple("rolling restart of two instances: wrong values", 0.0, true));
  }
}
