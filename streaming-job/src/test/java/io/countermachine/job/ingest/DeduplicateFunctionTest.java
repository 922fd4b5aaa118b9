package io.countermachine.job.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class DeduplicateFunctionTest {
  private static KeyedOneInputStreamOperatorTestHarness<String, Event, Event> harness()
      throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new KeyedProcessOperator<>(new DeduplicateFunction(Duration.ofMinutes(60))),
        DeduplicateFunction.byId(),
        Types.STRING);
  }

  private static Event event(String id, long timeMillis) {
    return new Event(0, timeMillis, 0, id, new String[] {"u"});
  }

  private static List<Long> times(
      KeyedOneInputStreamOperatorTestHarness<String, Event, Event> harness) {
    return harness.extractOutputValues().stream().map(Event::timeMillis).toList();
  }

  @Test
  void idSeenAgain_isNotPassed_untilTheTimeSinceTheFirstSightIsOver() throws Exception {
    try (var harness = harness()) {
      harness.open();
      harness.setStateTtlProcessingTime(0);
      harness.processElement(event("e1", 1), 0);
      harness.processElement(event("e1", 2), 0);
      harness.processElement(event("e2", 3), 0);
      harness.setStateTtlProcessingTime(Duration.ofMinutes(50).toMillis());
      harness.processElement(event("e1", 4), 0);
      harness.setStateTtlProcessingTime(Duration.ofMinutes(61).toMillis());
      harness.processElement(event("e1", 5), 0);
      assertThat(times(harness)).containsExactly(1L, 3L, 5L);
    }
  }

  @Test
  void eventsWithoutId_alwaysPass_andLeaveNoState() throws Exception {
    try (var harness = harness()) {
      harness.open();
      harness.processElement(event(null, 1), 0);
      harness.processElement(event(null, 1), 0);
      assertThat(times(harness)).containsExactly(1L, 1L);
      assertThat(harness.numKeyedStateEntries()).isZero();
    }
  }

  @Test
  void seenIds_outliveARestore() throws Exception {
    OperatorSubtaskState state;
    try (var harness = harness()) {
      harness.open();
      harness.processElement(event("e1", 1), 0);
      state = harness.snapshot(1, 1);
    }
    try (var harness = harness()) {
      harness.initializeState(state);
      harness.open();
      harness.processElement(event("e1", 2), 0);
      assertThat(times(harness)).isEmpty();
    }
  }
}
