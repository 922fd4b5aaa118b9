package io.countermachine.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MetricSelectorsTest {
  @Test
  void selectors_areAMetricAndItsMatchers_withoutRangeAndOffset() {
    assertThat(MetricSelectors.of("sum(rate(a_total{b=\"c\", d=~\"e|f\"}[5m] offset 1m)) / 1e9"))
        .containsExactly("a_total{b=\"c\", d=~\"e|f\"}");
    assertThat(MetricSelectors.of("up")).containsExactly("up");
    assertThat(MetricSelectors.of("level:metric:rate5m > 0.5"))
        .containsExactly("level:metric:rate5m");
  }

  @Test
  void selectors_areNotFoundInListsOfLabels_norInOperators() {
    assertThat(
            MetricSelectors.of(
                "sum by (reason, le) (a) / on () group_left (x) b unless ignoring(y) c > bool 1"))
        .containsExactly("a", "b", "c");
    assertThat(MetricSelectors.of("sum(a) without (instance) or absent_over_time(b[5m]) and +Inf"))
        .containsExactly("a", "b");
  }

  @Test
  void selectors_mayHoldAnyText_inTheirMatchers() {
    assertThat(MetricSelectors.of("a{b=\"} or c{\"} * label_replace(d, \"e\", \"$1\", \"f\", '')"))
        .containsExactly("a{b=\"} or c{\"}", "d");
    assertThat(MetricSelectors.of("a{b=\"say \\\"c\\\"\"}[30m:5s]"))
        .containsExactly("a{b=\"say \\\"c\\\"\"}");
  }

  @Test
  void selectors_eachCountOnce() {
    assertThat(MetricSelectors.of("a / (a + b)")).containsExactly("a", "b");
  }

  @Test
  void aSelectorWithoutName_isRefused() {
    assertThatThrownBy(() -> MetricSelectors.of("count({job=\"a\"})"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MetricSelectors.of("a{b=\"c\""))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
