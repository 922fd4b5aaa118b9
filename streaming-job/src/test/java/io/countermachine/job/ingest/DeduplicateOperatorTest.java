package io.countermachine.job.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;

class DeduplicateOperatorTest {
  private static final Duration WITHIN = Duration.ofMinutes(60);
  private static final long MINUTE = 60_000;
  private static final long DAY = 24 * 60 * MINUTE;

  /** The clock at the start of a test, epoch milliseconds. */
  private static final long T0 = 1_707_605_599_000L;

  private static final class Harness
      extends KeyedOneInputStreamOperatorTestHarness<String, Event, Event> {
    private Harness(OneInputStreamOperator<Event, Event> operator) throws Exception {
      super(operator, DeduplicateOperator.byId(), Types.STRING);
    }

    /** An operator that starts at an instant of the clock, with a state if there is one. */
    static Harness start(long clockMillis, OperatorSubtaskState state) throws Exception {
      return start(clockMillis, state, Long.MAX_VALUE);
    }

    /** An operator that may start without state on a topic with old records. */
    static Harness start(long clockMillis, OperatorSubtaskState state, long oldestRecordMillis)
        throws Exception {
      Harness harness = new Harness(new DeduplicateOperator(WITHIN, oldestRecordMillis));
      harness.setClock(clockMillis);
      if (state != null) {
        harness.initializeState(state);
      }
      harness.open();
      return harness;
    }

    void setClock(long clockMillis) throws Exception {
      setStateTtlProcessingTime(clockMillis);
      setProcessingTime(clockMillis);
    }

    /** Returns true if an event with this id is counted, whose record has this timestamp. */
    boolean counts(String id, long recordMillis) throws Exception {
      int before = extractOutputValues().size();
      processElement(
          new Event(
              0, 1, recordMillis, 0, id == null ? null : IdHash.of(id), new String[] {"u"}, null),
          0);
      return extractOutputValues().size() > before;
    }
  }

  @Test
  void copies_areThoseWithNearTimestamps_inWhicheverOrderTheyCome() throws Exception {
    try (Harness harness = Harness.start(T0, null)) {
      assertThat(harness.counts("e1", T0)).isTrue();
      assertThat(harness.counts("e1", T0 + 60 * MINUTE)).isFalse();
      assertThat(harness.counts("e1", T0 - 60 * MINUTE)).isFalse();
      assertThat(harness.counts("e2", T0)).isTrue();
      assertThat(harness.counts("e1", T0 + 60 * MINUTE + 1)).isTrue();
    }
  }

  @Test
  void copyOfAnEarlierFirst_isRecognized_thoughTheIdHasCountedAgainSince() throws Exception {
    OperatorSubtaskState state;
    try (Harness harness = Harness.start(T0, null)) {
      assertThat(harness.counts("e1", T0)).isTrue();
      assertThat(harness.counts("e1", T0 + 121 * MINUTE)).isTrue();
      assertThat(harness.counts("e1", T0 - 61 * MINUTE)).isTrue();
      state = harness.snapshot(1, 1);
    }
    try (Harness harness = Harness.start(T0, state)) {
      // From a partition that lags behind that of the second.
      assertThat(harness.counts("e1", T0 + 30 * MINUTE)).isFalse();
      assertThat(harness.counts("e1", T0 + 181 * MINUTE)).isFalse();
      assertThat(harness.counts("e1", T0 - 121 * MINUTE)).isFalse();
    }
  }

  @Test
  void idThatCountsOverAndOver_keepsBoundedState() throws Exception {
    try (Harness harness = Harness.start(T0, null)) {
      int size = 0;
      for (long n = 0; n < 1000; n++) {
        assertThat(harness.counts("constant", T0 + n * 61 * MINUTE)).isTrue();
        if (n == 150) {
          size = stateBytes(harness);
        }
      }
      assertThat(stateBytes(harness)).isPositive().isLessThan(2 * size);
      // The last fifty timestamps are certainly kept, including the newest.
      assertThat(harness.counts("constant", T0 + 999 * 61 * MINUTE + 1)).isFalse();
      assertThat(harness.counts("constant", T0 + 950 * 61 * MINUTE + 1)).isFalse();
    }
  }

  private static int stateBytes(Harness harness) throws Exception {
    int bytes = 0;
    for (KeyedStateHandle handle : harness.snapshot(1, 1).getManagedKeyedState()) {
      bytes += (int) handle.getStateSize();
    }
    return bytes;
  }

  @Test
  void repetition_doesNotProlongTheTime() throws Exception {
    try (Harness harness = Harness.start(T0, null)) {
      assertThat(harness.counts("e1", T0)).isTrue();
      assertThat(harness.counts("e1", T0 + 50 * MINUTE)).isFalse();
      assertThat(harness.counts("e1", T0 + 61 * MINUTE)).isTrue();
    }
  }

  @Test
  void timestampsDecide_whateverTheClockDoes() throws Exception {
    try (Harness harness = Harness.start(T0, null)) {
      assertThat(harness.counts("e1", T0)).isTrue();
      harness.setClock(T0 + 90 * MINUTE);
      assertThat(harness.counts("e1", T0 + 59 * MINUTE)).isFalse();
    }
  }

  @Test
  void eventsWithoutId_alwaysPass_andLeaveNoState() throws Exception {
    try (Harness harness = Harness.start(T0, null)) {
      assertThat(harness.counts(null, T0)).isTrue();
      assertThat(harness.counts(null, T0)).isTrue();
      assertThat(harness.numKeyedStateEntries()).isZero();
    }
  }

  @Test
  void copy_isRecognized_afterAnOutageFarLongerThanTheTime() throws Exception {
    OperatorSubtaskState state;
    try (Harness harness = Harness.start(T0, null)) {
      assertThat(harness.counts("e1", T0)).isTrue();
      state = harness.snapshot(1, 1);
    }
    long later = T0 + 3 * DAY;
    try (Harness harness = Harness.start(later, state)) {
      assertThat(harness.counts("e1", T0 + 30 * MINUTE)).isFalse();
      assertThat(harness.counts("e2", T0 + 30 * MINUTE)).isTrue();
      // Records of the outage are read at another speed from each partition.
      harness.setClock(later + 5 * 60 * MINUTE);
      assertThat(harness.counts("e2", T0 + 40 * MINUTE)).isFalse();
      state = harness.snapshot(2, 2);
    }
    // The job fails once more before it has caught up.
    try (Harness harness = Harness.start(later + 6 * 60 * MINUTE, state)) {
      assertThat(harness.counts("e2", T0 + 45 * MINUTE)).isFalse();
      assertThat(harness.counts("e1", T0 + 45 * MINUTE)).isFalse();
    }
  }

  /** Each of two partitions has a copy; one is read hours before the other. */
  @Test
  void copyInAnotherPartition_isRecognized_whereABacklogIsReadWithoutState() throws Exception {
    long sent = T0 - 3 * DAY;
    OperatorSubtaskState state;
    try (Harness harness = Harness.start(T0, null, sent - DAY)) {
      assertThat(harness.counts("e1", sent)).isTrue();
      assertThat(harness.counts("e2", sent)).isTrue();
      harness.setClock(T0 + 5 * 60 * MINUTE);
      assertThat(harness.counts("e1", sent + 59 * MINUTE)).isFalse();
      assertThat(harness.counts("e1", sent + 61 * MINUTE)).isTrue();
      state = harness.snapshot(1, 1);
    }
    // The job fails before it has caught up.
    try (Harness harness = Harness.start(T0 + 6 * 60 * MINUTE, state, sent - DAY)) {
      harness.setClock(T0 + 12 * 60 * MINUTE);
      assertThat(harness.counts("e2", sent - 59 * MINUTE)).isFalse();
    }
  }

  @Test
  void idsOfABacklog_areForgotten_onceItIsRead() throws Exception {
    OperatorSubtaskState state;
    try (Harness harness = Harness.start(T0, null, T0 - 3 * DAY)) {
      assertThat(harness.counts("old", T0 - 3 * DAY)).isTrue();
      assertThat(harness.counts("new", T0)).isTrue();
      harness.setClock(T0 + 11 * MINUTE);
      assertThat(harness.counts("newer", T0 + 11 * MINUTE)).isTrue();
      state = harness.snapshot(1, 1);
    }
    // The next start keeps ids for the usual time, because it continues at the topic's end.
    try (Harness harness = Harness.start(T0 + 12 * MINUTE, state, T0 - 3 * DAY)) {
      assertThat(harness.counts("last", T0 + 12 * MINUTE)).isTrue();
      harness.setClock(T0 + 12 * MINUTE + 121 * MINUTE);
      assertThat(harness.counts("last", T0 + 12 * MINUTE)).isTrue();
    }
  }

  private static OperatorSubtaskState stateOfOneId() throws Exception {
    try (Harness harness = Harness.start(T0, null)) {
      assertThat(harness.counts("e1", T0)).isTrue();
      return harness.snapshot(1, 1);
    }
  }

  @Test
  void timeOfAnOutage_isOver_onceNothingOldIsRead() throws Exception {
    long later = T0 + 3 * DAY;
    OperatorSubtaskState state;
    try (Harness harness = Harness.start(later, stateOfOneId())) {
      assertThat(harness.counts("old", T0 + MINUTE)).isTrue();
      harness.setClock(later + 5 * MINUTE);
      assertThat(harness.counts("e2", later + 5 * MINUTE)).isTrue();
      harness.setClock(later + 16 * MINUTE);
      assertThat(harness.counts("e3", later + 16 * MINUTE)).isTrue();
      state = harness.snapshot(2, 2);
    }
    // A deployment on the same day: the usual time of two hours again.
    try (Harness harness = Harness.start(later + 20 * MINUTE, state)) {
      assertThat(harness.counts("e4", later + 20 * MINUTE)).isTrue();
      // Those of the previous run; e4 needs none.
      assertThat(harness.numProcessingTimeTimers()).isEqualTo(3);
      harness.setClock(later + 141 * MINUTE);
      assertThat(harness.counts("e4", later + 20 * MINUTE)).isTrue();
    }
  }

  @Test
  void timeOfAnOutage_goesOn_whileOnePartitionIsBehind() throws Exception {
    long later = T0 + 3 * DAY;
    OperatorSubtaskState state;
    try (Harness harness = Harness.start(later, stateOfOneId())) {
      for (int minutes = 0; minutes <= 60; minutes += 6) {
        harness.setClock(later + minutes * MINUTE);
        assertThat(harness.counts("new" + minutes, later + minutes * MINUTE)).isTrue();
        assertThat(harness.counts("old" + minutes, T0 + minutes * MINUTE)).isTrue();
      }
      state = harness.snapshot(2, 2);
    }
    try (Harness harness = Harness.start(later + 61 * MINUTE, state)) {
      harness.setClock(later + 180 * MINUTE);
      assertThat(harness.counts("old0", T0 + 30 * MINUTE)).isFalse();
    }
  }

  @Test
  void ids_areForgotten_whenTheirTimeAndTheReserveAreOver() throws Exception {
    try (Harness harness = Harness.start(T0, null)) {
      assertThat(harness.counts("e1", T0)).isTrue();
      harness.setClock(T0 + 121 * MINUTE);
      // It would be a copy, but by the clock its id was no longer kept.
      assertThat(harness.counts("e1", T0)).isTrue();
    }
  }

  @Test
  void idsOfARunAfterALongOutage_areForgotten_onceThatIsCaughtUp() throws Exception {
    OperatorSubtaskState state;
    try (Harness harness = Harness.start(T0, null)) {
      assertThat(harness.counts("e1", T0)).isTrue();
      state = harness.snapshot(1, 1);
    }
    long later = T0 + 3 * DAY;
    try (Harness harness = Harness.start(later, state)) {
      assertThat(harness.counts("e2", T0 + MINUTE)).isTrue();
      harness.setClock(later + 2 * DAY);
      assertThat(harness.counts("e3", later + 2 * DAY)).isTrue();
      assertThat(harness.numProcessingTimeTimers()).isEqualTo(2);
      // Three days to catch up, an hour, its reserve, and up to an hour of spreading.
      harness.setClock(later + 3 * DAY + 180 * MINUTE);
      assertThat(harness.numProcessingTimeTimers()).isZero();
      // e1 stays until Flink cleans up. A copy of e3 may still come: nothing newer was read.
      assertThat(harness.numKeyedStateEntries()).isEqualTo(2);
      assertThat(harness.counts("e3", later + 2 * DAY)).isFalse();
    }
  }

  @Test
  void eventOfTheFarFuture_doesNotShortenTheTime() throws Exception {
    OperatorSubtaskState state;
    try (Harness harness = Harness.start(T0, null)) {
      assertThat(harness.counts("e1", T0)).isTrue();
      assertThat(harness.counts("future", T0 + 10_000 * DAY)).isTrue();
      state = harness.snapshot(1, 1);
    }
    try (Harness harness = Harness.start(T0 + DAY, state)) {
      assertThat(harness.counts("e1", T0)).isFalse();
    }
  }

  /** The operator of earlier releases: each id as the key of a flag. */
  private static final class IdsAsKeys extends KeyedProcessFunction<String, Event, Event> {
    private static final long serialVersionUID = 1L;

    private transient ValueState<Boolean> seen;

    @Override
    public void open(OpenContext openContext) {
      ValueStateDescriptor<Boolean> descriptor = new ValueStateDescriptor<>("seen", Types.BOOLEAN);
      descriptor.enableTimeToLive(
          StateTtlConfig.newBuilder(WITHIN)
              .updateTtlOnCreateAndWrite()
              .neverReturnExpired()
              .build());
      seen = getRuntimeContext().getState(descriptor);
    }

    @Override
    public void processElement(Event event, Context context, Collector<Event> out)
        throws Exception {
      seen.update(true);
    }
  }

  private static Event withRawId(String id) {
    return new Event(0, 1, 1, 0, id, new String[] {"u"}, null);
  }

  @Test
  void idsOfAnEarlierRelease_areTakenOver() throws Exception {
    OperatorSubtaskState state;
    try (Harness harness = new Harness(new KeyedProcessOperator<>(new IdsAsKeys()))) {
      harness.setClock(T0 - 61 * MINUTE);
      harness.open();
      harness.processElement(withRawId("expired"), 0);
      harness.setClock(T0);
      harness.processElement(withRawId("e1"), 0);
      harness.processElement(withRawId("e2"), 0);
      state = harness.snapshot(1, 1);
    }
    long upgraded = T0 + 5 * MINUTE;
    try (Harness harness = Harness.start(upgraded, state)) {
      assertThat(harness.counts("e1", T0 + MINUTE)).isFalse();
      assertThat(harness.counts("expired", T0 + MINUTE)).isTrue();
      assertThat(harness.counts("e2", upgraded + 61 * MINUTE)).isTrue();
      // Nothing of the earlier form is left; e2 has counted twice.
      assertThat(harness.numKeyedStateEntries()).isEqualTo(4);
      state = harness.snapshot(2, 2);
    }
    try (Harness harness = Harness.start(upgraded + MINUTE, state)) {
      assertThat(harness.counts("e1", T0 + 2 * MINUTE)).isFalse();
    }
  }
}
