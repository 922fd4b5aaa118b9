package io.countermachine.local.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.local.torture.TortureReport.Row;
import io.countermachine.local.torture.TortureReport.Step;
import io.countermachine.local.verification.TableComparison.Difference;
import io.countermachine.local.verification.TableComparison.Kind;
import io.countermachine.local.verification.TableComparison.Result;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TortureReportTest {
  private static final List<Step> STEPS =
      List.of(
          new Step(List.of("broker killed"), 1_000, 4, 0),
          new Step(List.of("store away", "taskmanager killed"), 2_000, 9, 1),
          new Step(List.of("broker killed"), 3_000, 6, 2));

  private static TortureReport report(List<Difference> differences, List<String> otherFailures) {
    return TortureReport.of(
        7, STEPS, new Result(10, 20, 3, 0, differences), Map.of(), otherFailures);
  }

  @Test
  void report_sumsAFault_overItsSteps() {
    TortureReport report = report(List.of(), List.of());
    assertThat(report.passed()).isTrue();
    assertThat(report.rows())
        .containsExactly(
            new Row("broker killed", 2, 6, 2, 0, 0, 0),
            new Row("store away", 1, 9, 1, 0, 0, 0),
            new Row("taskmanager killed", 1, 9, 1, 0, 0, 0));
    assertThat(report.text()).contains("same; seed 7");
  }

  @Test
  void difference_countsWithTheFaultsOfItsTime_andFailsTheRun() {
    TortureReport report =
        report(
            List.of(
                new Difference(Kind.STALE, "user u: old", 2_500),
                new Difference(Kind.LOST, "user v: none", 1_999)),
            List.of());
    assertThat(report.passed()).isFalse();
    assertThat(report.rows())
        .containsExactly(
            new Row("broker killed", 2, 6, 2, 1, 0, 0),
            new Row("store away", 1, 9, 1, 0, 0, 1),
            new Row("taskmanager killed", 1, 9, 1, 0, 0, 1));
    assertThat(report.text()).contains("STALE user u: old", "LOST user v: none", "DIFFERENT");
  }

  @Test
  void difference_thatBelongsToNoFault_isShownToo() {
    TortureReport report = report(List.of(new Difference(Kind.DOUBLE, "user w", 0)), List.of());
    assertThat(report.rows()).contains(new Row("(none of these)", 0, 0, 0, 0, 1, 0));
  }

  @Test
  void otherFailure_failsTheRun_thoughTheTableIsRight() {
    assertThat(report(List.of(), List.of("the service answered wrongly")).passed()).isFalse();
  }
}
