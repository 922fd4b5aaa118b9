package io.countermachine.bench.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.bench.Bench;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.ParameterException;

class ScalingBenchTest {
  private static ScalingBench parse(String... options) {
    return Bench.parse(new ScalingBench(), options);
  }

  @Test
  void smoke_isOfTheNamedAxes() {
    ScalingBench bench = parse("--only", "skew,keys", "--smoke");

    assertThat(bench.axes()).containsExactly(Axis.KEYS, Axis.SKEW);
    assertThat(bench.isSmoke()).isTrue();
    assertThat(bench.steadyEvents()).isEqualTo(20_000);
  }

  @Test
  void smoke_isRefused_besideWhatItWouldIgnore() {
    assertThatThrownBy(() -> parse("--keys", "20000", "--smoke", "--events", "20000"))
        .isInstanceOf(ParameterException.class)
        .hasMessage(
            "--smoke cannot be combined with --events, --keys; it can be combined only with --only");
  }

  @Test
  void fewGroups_countMoreEvents_soThatNoPointIsTheCompilers() {
    ScalingBench bench = parse("--group-events", "10000");

    assertThat(bench.groups().stream().map(bench::events))
        .containsExactly(100_000L, 50_000L, 20_000L, 10_000L, 10_000L, 10_000L);
  }

  @Test
  void groupsAtASteadyRate_countTwoMinutesOfEvents() {
    assertThat(parse("--group-rate", "1500").steadyEvents()).isEqualTo(180_000);
    assertThatThrownBy(() -> parse("--group-rate", "0"))
        .isInstanceOf(ParameterException.class)
        .hasMessage("--group-rate 0: expected a number from 100 to 1000000");
  }

  @Test
  void keys_areAsManyAsTheOptionSays() {
    assertThat(parse("--keys", "100000").keys()).containsExactly(10_000, 100_000);
    assertThat(parse().keys()).endsWith(10_000_000);
    assertThat(parse().axes()).containsExactly(Axis.values());
  }
}
