package io.countermachine.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.bench.jobs.TutorialJob.Engagement;
import io.countermachine.job.ingest.Event;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Checks that both sides of the benchmark read the same event. */
class EventBenchmarkTest {
  @Test
  void oursAndTheObjectMapper_readTheSameEvent() throws Exception {
    EventBenchmark benchmark = new EventBenchmark();

    Event ours = benchmark.ours();
    Engagement mapped = benchmark.objectMapper();

    assertThat(List.copyOf(Samples.CATALOG.events().keySet()).get(ours.type()))
        .isEqualTo(mapped.eventName);
    assertThat(ours.timeMillis()).isEqualTo(mapped.eventTs * 1_000);
    assertThat(ours.keys()[0]).isEqualTo(mapped.userId);
  }

  @Test
  void anEscape_makesNoOtherEvent() {
    EventBenchmark benchmark = new EventBenchmark();

    assertThat(benchmark.oursWithParser()).usingRecursiveComparison().isEqualTo(benchmark.ours());
  }
}
