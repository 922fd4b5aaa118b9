package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CountedSinceTest {
  @Test
  void counted_listsIntervalsByOutput_whateverTheirInstants() {
    assertThat(
            CountedSince.counted(
                Map.of(
                    "post",
                    Map.of("like.1h", 5L, "like.last_5m", 9L, "a.b.lifetime", 0L, "recent", 5L),
                    "empty",
                    Map.of())))
        .isEqualTo(
            Map.of(
                "post",
                Map.of(
                    "like", List.of("1h", "last_5m"),
                    "a.b", List.of("lifetime"),
                    "recent", List.of("")),
                "empty",
                Map.of()));
  }
}
