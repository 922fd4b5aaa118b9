package io.countermachine.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import org.junit.jupiter.api.Test;

class ServiceMetricsTest {
  private static final String BEFORE =
      """
      # HELP jvm_gc_memory_allocated_bytes_total Incremented for an increase in the size of the young pool
      jvm_gc_memory_allocated_bytes_total 1.0E9
      jvm_memory_used_bytes{area="heap",id="G1 Eden Space"} 2.0E8
      jvm_memory_used_bytes{area="heap",id="G1 Old Gen"} 7.0E8
      countermachine_keys_total{source="cache"} 5.0
      countermachine_keys_total{source="store"} 70.0
      """;

  private static final String AFTER =
      BEFORE
          .replace("1.0E9", "1.5E9")
          .replace("2.0E8", "1.0E8")
          .replace("} 5.0", "} 105.0")
          .replace("} 70.0", "} 71.0");

  @Test
  void allocation_isWhatTheCollectorSaw_andWhatHasBeenTakenSince() {
    assertThat(
            ServiceMetrics.parse(AFTER).allocatedBytes()
                - ServiceMetrics.parse(BEFORE).allocatedBytes())
        .as("1.6 GB less 1.2 GB")
        .isEqualTo(4.0E8);
  }

  @Test
  void allocation_ofZgc_isInItsYoungGeneration() {
    String before = BEFORE.replace("G1 Eden Space", "ZGC Young Generation");
    String after = AFTER.replace("G1 Eden Space", "ZGC Young Generation");
    assertThat(
            ServiceMetrics.parse(after).allocatedBytes()
                - ServiceMetrics.parse(before).allocatedBytes())
        .isEqualTo(4.0E8);
  }

  @Test
  void keys_areThoseSince() {
    assertThat(ServiceMetrics.parse(AFTER).keysSince(ServiceMetrics.parse(BEFORE)))
        .containsOnly(entry("cache", 100.0), entry("store", 1.0));
  }

  @Test
  void serviceThatTellsNothing_hasNoFigures() {
    ServiceMetrics none = ServiceMetrics.parse("");
    assertThat(none.keysBySource()).isEmpty();
    assertThat(none.allocatedBytes()).isNaN();
  }
}
