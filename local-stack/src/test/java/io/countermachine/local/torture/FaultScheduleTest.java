package io.countermachine.local.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.local.torture.InjectedFault.Kind;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FaultScheduleTest {
  private static final List<InjectedFault> TROUBLES =
      List.of(
          InjectedFault.lasting("store throttles", Duration.ofSeconds(1), () -> {}, () -> {}),
          InjectedFault.lasting("broker killed", Duration.ofSeconds(1), () -> {}, () -> {}),
          InjectedFault.sudden("killed in a checkpoint", () -> {}),
          InjectedFault.sudden("service killed", () -> {}),
          InjectedFault.alone("resumed", () -> {}),
          InjectedFault.once("partitions added", () -> {}));

  private static List<List<String>> mixed(long seed) {
    FaultSchedule schedule = new FaultSchedule(TROUBLES, seed);
    return IntStream.range(0, 200)
        .mapToObj(i -> schedule.mixed().stream().map(InjectedFault::name).toList())
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
    List<List<InjectedFault>> steps = new FaultSchedule(TROUBLES, 1).eachAlone();
    assertThat(steps).hasSize(TROUBLES.size()).allMatch(step -> step.size() == 1);
    assertThat(steps.get(5).get(0).kind()).isEqualTo(Kind.ONCE);
  }

  @Test
  void unknownName_isRefused_withThoseThatThereAre() {
    assertThatThrownBy(() -> new FaultSchedule(TROUBLES, 1).named(List.of(List.of("flood"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("flood")
        .hasMessageContaining("service killed");
  }
}
