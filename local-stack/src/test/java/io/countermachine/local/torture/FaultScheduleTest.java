package io.countermachine.local.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.local.torture.InjectedFault.Kind;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FaultScheduleTest {
  private static final List<InjectedFault> FAULTS =
      List.of(
          fault("store throttles", Kind.LASTING),
          fault("broker killed", Kind.LASTING),
          fault("killed in a checkpoint", Kind.SUDDEN),
          fault("service killed", Kind.SUDDEN),
          fault("resumed", Kind.ALONE),
          fault("partitions added", Kind.ONCE));

  private static InjectedFault fault(String name, Kind kind) {
    return new InjectedFault(name, kind, Duration.ofSeconds(1), () -> true, () -> {});
  }

  private static List<List<String>> mixed(long seed) {
    FaultSchedule schedule = new FaultSchedule(FAULTS, seed);
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
  void eachAlone_isEveryFaultOnce() {
    List<List<InjectedFault>> steps = new FaultSchedule(FAULTS, 1).eachAlone();
    assertThat(steps).hasSize(FAULTS.size()).allMatch(step -> step.size() == 1);
    assertThat(steps.get(5).get(0).kind()).isEqualTo(Kind.ONCE);
  }

  @Test
  void unknownName_isRefused_withThoseThatThereAre() {
    assertThatThrownBy(() -> new FaultSchedule(FAULTS, 1).named(List.of(List.of("flood"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("flood")
        .hasMessageContaining("service killed");
  }
}
