package io.countermachine.local.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.local.torture.Trouble.Kind;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static final List<Trouble> TROUBLES =
      List.of(
          Trouble.lasting("store throttles", Duration.ofSeconds(1), () -> {}, () -> {}),
          Trouble.lasting("broker killed", Duration.ofSeconds(1), () -> {}, () -> {}),
          Trouble.sudden("killed in a checkpoint", () -> {}),
          Trouble.sudden("service killed", () -> {}),
          Trouble.alone("resumed", () -> {}),
          Trouble.once("partitions added", () -> {}));

  private static List<List<String>> mixed(long seed) {
    Schedule schedule = new Schedule(TROUBLES, seed);
    return IntStream.range(0, 200)
        .mapToObj(i -> schedule.mixed().stream().map(Trouble::name).toList())
        .toList();
  }

  @Test
  void mixture_isTheSame_withTheSameSeed() {
    assertThat(mixed(1)).isEqualTo(mixed(1)).isNotEqualTo(mixed(2));
  }

  @Test
  void mixture_goesTogether() {
    assertThat(mixed(3))
        .contains(List.of("resumed"), List.of("broker killed", "killed in a checkpoint"))
        .doesNotContain(List.of("partitions added"))
        .noneMatch(
            step -> step.contains("store throttles") && step.contains("killed in a checkpoint"))
        .allMatch(step -> step.size() > 1 || step.contains("resumed"));
  }

  @Test
  void eachAlone_isEveryTroubleOnce() {
    List<List<Trouble>> steps = new Schedule(TROUBLES, 1).eachAlone();
    assertThat(steps).hasSize(TROUBLES.size()).allMatch(step -> step.size() == 1);
    assertThat(steps.get(5).get(0).kind()).isEqualTo(Kind.ONCE);
  }

  @Test
  void unknownName_isRefused_withThoseThatThereAre() {
    assertThatThrownBy(() -> new Schedule(TROUBLES, 1).named(List.of(List.of("flood"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("flood")
        .hasMessageContaining("service killed");
  }
}
