package io.countermachine.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.console.PrometheusText.Sample;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrometheusTextTest {
  private static final String TEXT =
      """
      # HELP offset the offset (of a partition)
      # TYPE offset gauge
      offset{topic="events",partition="0",} 41.0
      offset{topic="a \\"b\\" \\\\ } c",partition="1"} 1.5E3 1795246068558
      offset 7
      offset_total{topic="events"} 9
      other{offset="1"} 3
      offset{topic="events",partition="2"} NaN
      offset{topic="events",partition="3"} -Inf
      offset{topic="events",partition="4" 8
      """;

  @Test
  void samples_areThoseOfTheMetricAlone_withLabelsAsTheyWere() {
    assertThat(PrometheusText.samples(TEXT, "offset"))
        .containsExactly(
            new Sample(Map.of("topic", "events", "partition", "0"), 41),
            new Sample(Map.of("topic", "a \"b\" \\ } c", "partition", "1"), 1500),
            new Sample(Map.of(), 7),
            new Sample(Map.of("topic", "events", "partition", "2"), Double.NaN),
            new Sample(Map.of("topic", "events", "partition", "3"), Double.NEGATIVE_INFINITY));
  }

  @Test
  void samples_areNone_whenTheMetricIsNotThere() {
    assertThat(PrometheusText.samples(TEXT, "missing")).isEmpty();
    assertThat(PrometheusText.samples("", "offset")).isEmpty();
  }
}
