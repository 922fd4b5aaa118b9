package io.countermachine.bench.scaling;

import static io.countermachine.bench.scaling.Points.costing;
import static io.countermachine.bench.scaling.Points.point;
import static io.countermachine.bench.scaling.Points.resident;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.countermachine.bench.report.Goal;
import io.countermachine.bench.scaling.ScalingReport.Point;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScalingGoalsTest {
  @Test
  void keys_areJudgedBySeries_byTheSlowestPoint() {
    List<Goal> goals =
        ScalingGoals.of(
            List.of(
                point(Axis.KEYS, "flush 1s", 10_000, 90_000),
                point(Axis.KEYS, "flush 10ms", 10_000, 30_000),
                point(Axis.KEYS, "flush 1s", 100_000, 27_000),
                point(Axis.KEYS, "flush 10ms", 100_000, 33_000),
                point(Axis.KEYS, "flush 1s", 10_000_000, 45_000),
                point(Axis.KEYS, "flush 10ms", 10_000_000, 24_000)));

    assertThat(goals)
        .map(Goal::what)
        .containsExactly(
            "keys, flush 1s: least events/s, to those at 10,000",
            "keys, flush 10ms: least events/s, to those at 10,000");
    assertThat(goals).map(Goal::value).containsExactly(0.3, 0.8);
    assertThat(goals).map(Goal::passed).containsExactly(false, true);
  }

  @Test
  void memory_isJudgedByTheLargestPeak() {
    List<Goal> goals =
        ScalingGoals.of(List.of(resident(10_000, 1_500, 2_000), resident(10_000, 2_100, 2_000)));

    assertThat(goals).hasSize(2);
    assertThat(goals.get(1).what()).isEqualTo("keys: largest peak memory, to what was set");
    assertThat(goals.get(1).value()).isCloseTo(1.05, within(1e-12));
    assertThat(goals.get(1).passed()).isFalse();
  }

  @Test
  void memory_isNotJudged_whenTheSystemDoesNotTellIt() {
    assertThat(ScalingGoals.of(List.of(resident(10_000, 0, 2_000)))).isEmpty();
  }

  @Test
  void skew_isNotToBeSlowerThanUniform() {
    List<Goal> goals =
        ScalingGoals.of(
            List.of(
                point(Axis.SKEW, "", 0, 80_000),
                point(Axis.SKEW, "", 0.5, 80_000),
                point(Axis.SKEW, "", 1.5, 60_000)));

    assertThat(goals).map(Goal::value).containsExactly(1.0, 0.75);
    assertThat(goals).map(Goal::passed).containsExactly(true, false);
  }

  @Test
  void addedGroups_areToCostWellUnderTheFirst() {
    List<Point> points =
        List.of(
            costing(Axis.GROUPS, 1, 10), costing(Axis.GROUPS, 2, 15), costing(Axis.GROUPS, 5, 24));

    List<Goal> goals = ScalingGoals.of(points);

    // 2 groups cost 1.5 times as much as one, which is 0.75 of linear, and 5 cost 2.4 times as
    // much, 0.48 of linear. The second added 5, half of the first one's 10, and the three after it
    // 9, which is 0.3 each.
    assertThat(goals).map(Goal::value).containsExactly(0.75, 0.5);
    assertThat(goals).map(Goal::bound).containsExactly(1.0, 0.5);
    assertThat(goals).allMatch(Goal::passed);
  }

  @Test
  void addedGroups_areJudgedBySeries() {
    List<Goal> goals =
        ScalingGoals.of(
            List.of(
                costing(Axis.GROUPS, "as fast as it goes", 1, 10),
                costing(Axis.GROUPS, "as fast as it goes", 2, 24),
                costing(Axis.GROUPS, "at 2,000 events/s", 1, 40),
                costing(Axis.GROUPS, "at 2,000 events/s", 2, 50)));

    assertThat(goals)
        .map(Goal::what)
        .containsExactly(
            "groups, as fast as it goes: most CPU per event, to linear growth",
            "groups, as fast as it goes: most CPU per added one, to the first one's",
            "groups, at 2,000 events/s: most CPU per event, to linear growth",
            "groups, at 2,000 events/s: most CPU per added one, to the first one's");
    // 24 to 10 is 1.2 of linear and adds 14. 50 to 40 is 0.625 of linear and adds 10, a quarter.
    assertThat(goals).map(Goal::value).containsExactly(1.2, 1.4, 0.625, 0.25);
  }

  @Test
  void addedIntervals_failBothGoals_whenEachCostsMoreThanTheFirst() {
    List<Goal> goals =
        ScalingGoals.of(List.of(costing(Axis.INTERVALS, 1, 10), costing(Axis.INTERVALS, 2, 24)));

    assertThat(goals).map(Goal::passed).containsExactly(false, false);
  }
}
