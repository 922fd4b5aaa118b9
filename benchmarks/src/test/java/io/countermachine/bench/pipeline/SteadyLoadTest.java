package io.countermachine.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SteadyLoadTest {
  private final AtomicInteger sent = new AtomicInteger();

  @Test
  void all_areSent_atTheRate() {
    long begin = System.nanoTime();

    new SteadyLoad(10_000, sent::incrementAndGet).sendAll(2_000, () -> false);

    assertThat(sent).hasValue(2_000);
    // The last one is due after 200 ms. One per pause would take ten seconds.
    assertThat(System.nanoTime() - begin).isBetween(200_000_000L, 5_000_000_000L);
  }

  @Test
  void sending_ends_whenSomethingIsDone() {
    new SteadyLoad(10_000, sent::incrementAndGet).sendUntil(() -> sent.get() >= 50, 5);

    assertThat(sent).hasValue(50);
  }

  @Test
  void seconds_areAsManyEvents_asTheRateSays() {
    new SteadyLoad(500, sent::incrementAndGet).send(0.1);

    assertThat(sent).hasValue(50);
  }
}
