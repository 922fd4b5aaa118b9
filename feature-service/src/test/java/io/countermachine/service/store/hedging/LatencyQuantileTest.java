package io.countermachine.service.store.hedging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LatencyQuantileTest {
  @Test
  void estimate_comesNearTheQuantile_andFollowsAChange() {
    LatencyQuantile p95 = new LatencyQuantile(0.95, 1_000_000);
    Random random = new Random(7);
    for (double scale : new double[] {1, 10, 0.5}) {
      int below = 0;
      for (int i = 0; i < 20_000; i++) {
        long nanos = (long) (scale * 3_000_000 * -Math.log(1 - random.nextDouble()));
        below += i >= 10_000 && nanos <= p95.nanos() ? 1 : 0;
        p95.record(nanos);
      }
      assertThat(below / 10_000.0).as("scale %s", scale).isBetween(0.93, 0.97);
    }
  }
}
