package io.countermachine.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class GoalTest {
  @Test
  void goal_isPassed_upToItsBoundAndNotBeyond() {
    assertThat(Goal.atLeast("speed", 0.6, 0.6).passed()).isTrue();
    assertThat(Goal.atLeast("speed", 0.59, 0.6).passed()).isFalse();
    assertThat(Goal.atMost("time", 1.3, 1.3).passed()).isTrue();
    assertThat(Goal.atMost("time", 1.31, 1.3).passed()).isFalse();
  }

  @Test
  void lines_sayWhatWasFoundAndWhatWasAimedAt() {
    List<String> lines =
        Goal.lines(List.of(Goal.atLeast("speed", 0.654, 0.6), Goal.atMost("time", 22.91, 10)));

    assertThat(lines)
        .map(line -> line.replaceAll(" +", " "))
        .containsExactly("speed 0.65 goal >= 0.60 pass", "time 22.91 goal <= 10.00 miss");
  }

  @Test
  void goal_isNotPassedButKeepsItsName_whenItsValueIsNotValid() {
    Goal goal = Goal.atMost("time", 5, 10).unlessNotValid("the machine was overloaded");

    assertThat(goal).isEqualTo(new Goal("time", 5, true, 10, false, "the machine was overloaded"));
    assertThat(Goal.lines(List.of(goal)))
        .map(line -> line.replaceAll(" +", " "))
        .containsExactly("time 5.00 goal <= 10.00 not valid: the machine was overloaded");
  }

  @Test
  void goal_isTheSame_whenNothingIsWrongWithItsValue() {
    Goal goal = Goal.atMost("time", 5, 10);

    assertThat(goal.unlessNotValid(null)).isEqualTo(goal);
  }
}
