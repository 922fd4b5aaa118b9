package io.countermachine.bench.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.bench.UsageException;
import org.junit.jupiter.api.Test;

class ScalingOptionsTest {
  @Test
  void smoke_isOfTheNamedAxes() {
    ScalingOptions options = ScalingOptions.parse("--only", "keys,skew", "--smoke");

    assertThat(options.axes()).containsExactly(Axis.KEYS, Axis.SKEW);
    assertThat(options.size().isSmoke()).isTrue();
  }

  @Test
  void smoke_isRefused_besideWhatItWouldIgnore() {
    assertThatThrownBy(
            () -> ScalingOptions.parse("--keys", "20000", "--smoke", "--events", "20000"))
        .isInstanceOf(UsageException.class)
        .hasMessage("--smoke cannot be combined with --keys, --events; beside it go only --only");
    assertThatThrownBy(() -> ScalingOptions.parse("--plot", "--smoke"))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("--smoke cannot be combined with --plot");
  }

  @Test
  void plot_isRefused_besideWhatItWouldIgnore() {
    assertThat(ScalingOptions.parse("--plot").plotOnly()).isTrue();
    assertThatThrownBy(() -> ScalingOptions.parse("--plot", "--only", "keys"))
        .isInstanceOf(UsageException.class)
        .hasMessage("--plot cannot be combined with --only; it goes alone");
  }

  @Test
  void fewGroups_countMoreEvents_soThatNoPointIsTheCompilers() {
    ScalingOptions.Size size = ScalingOptions.parse("--group-events", "10000").size();

    assertThat(size.groups().stream().map(size::events))
        .containsExactly(100_000L, 50_000L, 20_000L, 10_000L, 10_000L, 10_000L);
  }

  @Test
  void groupsAtASteadyRate_countTwoMinutesOfEvents() {
    assertThat(ScalingOptions.parse("--group-rate", "1500").size().steadyEvents())
        .isEqualTo(180_000);
    assertThatThrownBy(() -> ScalingOptions.parse("--group-rate", "0"))
        .isInstanceOf(UsageException.class)
        .hasMessage("--group-rate 0: expected a number from 100 to 1000000");
  }

  @Test
  void fullSize_isAsTheOptionsSay() {
    ScalingOptions options =
        ScalingOptions.parse("--keys", "100000", "--events", "50000", "--job", " -Xmx2g  -Da=b ");

    assertThat(options.size().isSmoke()).isFalse();
    assertThat(options.size().keys()).containsExactly(10_000, 100_000);
    assertThat(options.size().events()).isEqualTo(50_000);
    assertThat(options.size().groupEvents()).isEqualTo(600_000);
    assertThat(options.jobFlags()).containsExactly("-Xmx2g", "-Da=b");
    assertThat(options.plotOnly()).isFalse();
  }

  @Test
  void noFlags_areNone() {
    assertThat(ScalingOptions.parse("--job", " ").jobFlags()).isEmpty();
  }
}
