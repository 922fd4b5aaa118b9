package io.countermachine.job.derive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.job.config.CatalogText;
import io.countermachine.job.ingest.Event;
import io.countermachine.job.ingest.IngestTypes;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** When the stage of verbs acts: by event time, by the clock, and across a restore. */
class DeriveOperatorTest {
  private static final long T0 = 1_707_605_600_000L;
  private static final long MINUTE = 60_000;

  private static final CatalogText CATALOG =
      new CatalogText(
          "c.yaml",
          """
          lateness: 10m
          events:
            view: {}
            like: {}
            skip: {of: view, without: like, by: [userId], within: 5m}
            first: {of: view, once: [userId], within: 5m}
          groups:
            user: {key: [userId], counts: [view, like, skip, first], intervals: [1h]}
          """);

  /** The same without a verb that existed before. */
  private static final CatalogText WITHOUT_SKIP =
      new CatalogText(
          "c.yaml",
          CATALOG
              .text()
              .lines()
              .filter(line -> !line.contains("skip:"))
              .collect(Collectors.joining("\n"))
              .replace("skip, ", ""));

  private static final int SKIP = 2;
  private static final int FIRST = 3;

  private static KeyedOneInputStreamOperatorTestHarness<String, VerbInput, Event> harness(
      CatalogText catalog, OperatorSubtaskState state) throws Exception {
    KeyedOneInputStreamOperatorTestHarness<String, VerbInput, Event> harness =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new DeriveOperator(catalog, Optional.empty()), VerbInput::key, Types.STRING);
    harness.setup(IngestTypes.event().createSerializer(new SerializerConfigImpl()));
    harness.setProcessingTime(T0);
    if (state != null) {
      harness.initializeState(state);
    }
    harness.open();
    return harness;
  }

  private static VerbInput view(int verb, String name, String user, long instant) {
    String text =
        "{\"eventName\":\"view\",\"userId\":\"%s\",\"eventTs\":%d}"
            .formatted(user, instant / 1_000);
    return new VerbInput(
        VerbKeys.join(name, user), verb, Happening.OF, instant, 0, text.getBytes(UTF_8));
  }

  private static List<Event> take(
      KeyedOneInputStreamOperatorTestHarness<String, VerbInput, Event> harness) {
    List<Event> events = harness.extractOutputValues();
    harness.getOutput().clear();
    return events;
  }

  @Test
  void eventTime_followsTheClock_whileNothingComesFromAnywhere() throws Exception {
    try (var harness = harness(CATALOG, null)) {
      harness.processElement(view(SKIP, "skip", "u", T0), 0);
      harness.processWatermark(T0);
      assertThat(take(harness)).isEmpty();
      harness.processWatermarkStatus(WatermarkStatus.IDLE);
      harness.setProcessingTime(T0 + 5 * MINUTE + 9_000);
      assertThat(take(harness)).isEmpty();
      // The clock minus ten seconds, checked every second.
      harness.setProcessingTime(T0 + 5 * MINUTE + 11_000);
      assertThat(take(harness)).extracting(Event::type).containsExactly(SKIP);
      // An older watermark retracts nothing, and event time stops following the clock when input
      // comes.
      harness.processWatermarkStatus(WatermarkStatus.ACTIVE);
      harness.processWatermark(T0 + 1);
      harness.setProcessingTime(T0 + 60 * MINUTE);
      assertThat(harness.numKeyedStateEntries()).isEqualTo(1);
    }
  }

  /** Each timer schedules another: two timers would stay two for ever. */
  @Test
  void clock_isFollowedByOneTimer_howeverOftenNothingComes() throws Exception {
    try (var harness = harness(CATALOG, null)) {
      harness.processElement(view(SKIP, "skip", "u", T0), 0);
      harness.processWatermarkStatus(WatermarkStatus.IDLE);
      for (int pause = 0; pause < 3; pause++) {
        harness.processWatermarkStatus(WatermarkStatus.ACTIVE);
        harness.processWatermarkStatus(WatermarkStatus.IDLE);
        harness.setProcessingTime(T0 + pause * 300L);
      }
      harness.setProcessingTime(T0 + 5_000);
      assertThat(harness.getProcessingTimeService().getNumActiveTimers()).isEqualTo(1);
      harness.setProcessingTime(T0 + 5 * MINUTE + 12_000);
      assertThat(take(harness)).extracting(Event::type).containsExactly(SKIP);
      harness.processWatermarkStatus(WatermarkStatus.ACTIVE);
      harness.setProcessingTime(T0 + 6 * MINUTE);
      assertThat(harness.getProcessingTimeService().getNumActiveTimers()).isZero();
    }
  }

  /** By the clock they are an hour late, and would find nothing to correct. */
  @Test
  void eventsOfThePast_areNotLate_whereTheJobWaitedForItsFirst() throws Exception {
    OperatorSubtaskState state;
    try (var harness = harness(CATALOG, null)) {
      harness.setProcessingTime(T0 + 24 * 60 * MINUTE);
      harness.processWatermarkStatus(WatermarkStatus.IDLE);
      harness.setProcessingTime(T0 + 24 * 60 * MINUTE + 5_000);
      harness.processWatermarkStatus(WatermarkStatus.ACTIVE);
      harness.processElement(view(SKIP, "skip", "u", T0), 0);
      harness.processWatermark(T0);
      assertThat(take(harness)).as("the view may still be liked").isEmpty();
      state = harness.snapshot(1, 1);
    }
    try (var harness = harness(CATALOG, state)) {
      // What was open before a restart ends without further traffic.
      harness.setProcessingTime(T0 + 24 * 60 * MINUTE);
      harness.processWatermarkStatus(WatermarkStatus.IDLE);
      harness.setProcessingTime(T0 + 24 * 60 * MINUTE + 5_000);
      assertThat(take(harness)).extracting(Event::type).containsExactly(SKIP);
    }
  }

  @Test
  void manyTimersThatAreDueAtOnce_areSpread() throws Exception {
    int keys = TimerPace.MOST_PER_SECOND + 1_000;
    try (var harness = harness(CATALOG, null)) {
      for (int i = 0; i < keys; i++) {
        harness.processElement(view(SKIP, "skip", "u" + i, T0), 0);
      }
      harness.processWatermark(T0 + 5 * MINUTE + 1);
      int atOnce = take(harness).size();
      assertThat(atOnce).isEqualTo(TimerPace.MOST_PER_SECOND);
      harness.setProcessingTime(T0 + TimerPace.SPREAD_MILLIS / 2);
      int soon = take(harness).size();
      assertThat(soon).isBetween(1, 999);
      harness.setProcessingTime(T0 + TimerPace.SPREAD_MILLIS + 1_000);
      assertThat(atOnce + soon + take(harness).size()).isEqualTo(keys);
    }
  }

  @Test
  void stateAndTimers_goOnAfterARestore() throws Exception {
    OperatorSubtaskState state;
    try (var harness = harness(CATALOG, null)) {
      harness.processElement(view(SKIP, "skip", "u", T0), 0);
      harness.processElement(view(FIRST, "first", "u", T0), 0);
      assertThat(take(harness)).extracting(Event::type).containsExactly(FIRST);
      state = harness.snapshot(1, 0);
    }
    try (var harness = harness(CATALOG, state)) {
      harness.processElement(view(FIRST, "first", "u", T0 + 1_000), 0);
      assertThat(take(harness)).isEmpty();
      harness.processWatermark(T0 + 5 * MINUTE);
      assertThat(take(harness)).extracting(Event::type).containsExactly(SKIP);
    }
  }

  @Test
  void stateOfAVerbThatIsGone_goesWithItsTimer() throws Exception {
    OperatorSubtaskState state;
    try (var harness = harness(CATALOG, null)) {
      harness.processElement(view(SKIP, "skip", "u", T0), 0);
      state = harness.snapshot(1, 0);
    }
    try (var harness = harness(WITHOUT_SKIP, state)) {
      assertThat(harness.numKeyedStateEntries()).isEqualTo(1);
      harness.processWatermark(T0 + 5 * MINUTE);
      assertThat(take(harness)).isEmpty();
      assertThat(harness.numKeyedStateEntries()).isZero();
      assertThat(harness.numEventTimeTimers()).isZero();
    }
  }

  /** The same with skips that wait until they are settled. */
  private static final CatalogText SETTLED_SKIP =
      new CatalogText(
          "c.yaml",
          CATALOG.text().replace("within: 5m}\n  first", "within: 5m, settle: after}\n  first"));

  @Test
  void heldEvents_goOnAfterARestore() throws Exception {
    OperatorSubtaskState state;
    try (var harness = harness(SETTLED_SKIP, null)) {
      harness.processElement(view(SKIP, "skip", "u", T0), 0);
      harness.processElement(view(SKIP, "skip", "u", T0 + 20 * MINUTE), 0);
      harness.processWatermark(T0 + 10 * MINUTE + 1_000);
      assertThat(take(harness)).isEmpty();
      state = harness.snapshot(1, 0);
    }
    try (var harness = harness(SETTLED_SKIP, state)) {
      // Settled events stay settled, wherever event time continues from.
      harness.processElement(view(SKIP, "skip", "u", T0 - 1_000), 0);
      harness.processWatermark(T0 + 15 * MINUTE + 1_000);
      assertThat(take(harness)).extracting(Event::timeMillis).containsExactly(T0);
      harness.processWatermark(T0 + 35 * MINUTE + 1_000);
      assertThat(take(harness)).extracting(Event::timeMillis).containsExactly(T0 + 20 * MINUTE);
      assertThat(harness.numKeyedStateEntries()).isZero();
    }
  }

  /** Each starts with empty state instead of the other's; the diff of catalogs says so. */
  @Test
  void stateOfAVerb_thatIsSettledNow_orIsNoMore_tellsItNothing() throws Exception {
    for (List<CatalogText> change :
        List.of(List.of(CATALOG, SETTLED_SKIP), List.of(SETTLED_SKIP, CATALOG))) {
      OperatorSubtaskState state;
      try (var harness = harness(change.get(0), null)) {
        harness.processElement(view(SKIP, "skip", "u", T0), 0);
        state = harness.snapshot(1, 0);
      }
      try (var harness = harness(change.get(1), state)) {
        harness.processElement(view(SKIP, "skip", "u", T0 + 1_000), 0);
        harness.processWatermark(T0 + 60 * MINUTE);
        assertThat(take(harness)).extracting(Event::timeMillis).containsExactly(T0 + 1_000);
        assertThat(harness.numKeyedStateEntries()).isZero();
      }
    }
  }

  @Test
  void oneKey_hasOneTimer_whateverCameForIt() throws Exception {
    try (var harness = harness(CATALOG, null)) {
      for (int i = 0; i < 50; i++) {
        harness.processElement(view(SKIP, "skip", "u", T0 + i * 1_000L), 0);
        harness.processElement(view(FIRST, "first", "u", T0 + i * 1_000L), 0);
      }
      assertThat(harness.numEventTimeTimers()).isEqualTo(1);
      assertThat(harness.numProcessingTimeTimers()).isEqualTo(1);
    }
  }

  private static final CatalogText SESSIONS =
      new CatalogText(
          "c.yaml",
          """
          lateness: 10m
          events:
            view: {}
            like: {}
            visit: {session: [view, like], by: [userId, device], gap: 1m, most: 1h, emit: sessions}
          groups:
            user: {key: [userId], counts: [view, visit], intervals: [1h]}
          """);

  private static VerbInput ofSession(int name, long instant) {
    return new VerbInput(VerbKeys.join("visit", "u\"1", "a|b"), 2, name, instant, 0, null);
  }

  private static List<String> emitted(
      KeyedOneInputStreamOperatorTestHarness<String, VerbInput, Event> harness) {
    var records = harness.getSideOutput(DeriveOperator.EMITTED);
    if (records == null) {
      return List.of();
    }
    List<String> texts =
        records.stream()
            .map(StreamRecord::getValue)
            .map(
                r ->
                    r.topic()
                        + " "
                        + new String(r.key(), UTF_8)
                        + " "
                        + new String(r.value(), UTF_8))
            .toList();
    records.clear();
    return texts;
  }

  private static CatalogText early(String when) {
    return new CatalogText(
        "c.yaml",
        SESSIONS.text().replace("emit: sessions", "emit: {to: sessions, when: " + when + "}"));
  }

  /** The records without the parts that are the same in all of them. */
  private static List<String> shortly(List<String> records) {
    return records.stream()
        .map(text -> text.substring(text.indexOf("\"start\"")))
        .map(text -> text.replaceAll("\"durationMs\":\\d+,", "").replace("\"", ""))
        .map(text -> text.replace("17076056", "+"))
        .toList();
  }

  @Test
  void openSessions_goOutAsEventTimePasses_whileTheyChange() throws Exception {
    try (var harness = harness(early("every 10s"), null)) {
      harness.processElement(ofSession(0, T0 + 1_000), 0);
      harness.processWatermark(T0 + 9_000);
      assertThat(emitted(harness)).isEmpty();
      harness.processWatermark(T0 + 10_000);
      assertThat(shortly(emitted(harness)))
          .containsExactly(
              "start:+01000,end:+01000,counts:{view:1,like:0},reason:open,revision:0}");
      // Nothing changed, so nothing is emitted.
      harness.processWatermark(T0 + 20_000);
      assertThat(emitted(harness)).isEmpty();
      harness.processElement(ofSession(1, T0 + 25_000), 0);
      harness.processElement(ofSession(1, T0 + 24_000), 0);
      harness.processWatermark(T0 + 30_000);
      assertThat(shortly(emitted(harness)))
          .containsExactly(
              "start:+01000,end:+25000,counts:{view:1,like:2},reason:open,revision:1,"
                  + "retracts:[{start:+01000,end:+01000,revision:0}]}");
      assertThat(take(harness)).isEmpty();
      harness.processWatermark(T0 + 85_000);
      assertThat(shortly(emitted(harness)))
          .containsExactly(
              "start:+01000,end:+25000,counts:{view:1,like:2},reason:gap,revision:2,"
                  + "retracts:[{start:+01000,end:+25000,revision:1}]}");
      assertThat(take(harness)).extracting(Event::takenBack).containsExactly(false);
      harness.processWatermark(T0 + 60 * MINUTE);
      assertThat(emitted(harness)).isEmpty();
      assertThat(harness.numKeyedStateEntries()).isZero();
    }
  }

  @Test
  void openSessions_goOutAfterSoManyEvents() throws Exception {
    try (var harness = harness(early("3 events"), null)) {
      for (int i = 0; i < 7; i++) {
        harness.processElement(ofSession(0, T0 + i * 1_000L), 0);
      }
      assertThat(shortly(emitted(harness)))
          .containsExactly(
              "start:+00000,end:+02000,counts:{view:3,like:0},reason:open,revision:0}",
              "start:+00000,end:+05000,counts:{view:6,like:0},reason:open,revision:1,"
                  + "retracts:[{start:+00000,end:+02000,revision:0}]}");
      harness.processWatermark(T0 + 66_000);
      assertThat(shortly(emitted(harness)))
          .containsExactly(
              "start:+00000,end:+06000,counts:{view:7,like:0},reason:gap,revision:2,"
                  + "retracts:[{start:+00000,end:+05000,revision:1}]}");
    }
  }

  /**
   * A topic that had only closed sessions also gets open ones, and later only closed ones again.
   */
  @Test
  void anotherWhen_goesOnFromWhatTheTopicHas() throws Exception {
    OperatorSubtaskState state;
    try (var harness = harness(SESSIONS, null)) {
      harness.processElement(ofSession(0, T0), 0);
      harness.processWatermark(T0 + MINUTE);
      assertThat(emitted(harness)).hasSize(1);
      state = harness.snapshot(1, 0);
    }
    try (var harness = harness(early("2 events"), state)) {
      harness.processElement(ofSession(0, T0 + 30_000), 0);
      assertThat(emitted(harness)).isEmpty();
      harness.processElement(ofSession(0, T0 + 40_000), 0);
      assertThat(shortly(emitted(harness)))
          .containsExactly(
              "start:+00000,end:+40000,counts:{view:3,like:0},reason:open,revision:1,"
                  + "retracts:[{start:+00000,end:+00000,revision:0}]}");
      // In counters, the closed session stays valid until the longer one is closed.
      assertThat(take(harness)).isEmpty();
      state = harness.snapshot(1, 0);
    }
    try (var harness = harness(SESSIONS, state)) {
      harness.processElement(ofSession(0, T0 + 50_000), 0);
      assertThat(emitted(harness)).isEmpty();
      harness.processWatermark(T0 + 2 * MINUTE);
      assertThat(shortly(emitted(harness)))
          .containsExactly(
              "start:+00000,end:+50000,counts:{view:4,like:0},reason:gap,revision:2,"
                  + "retracts:[{start:+00000,end:+40000,revision:1}]}");
      assertThat(take(harness)).extracting(Event::takenBack).containsExactly(true, false);
    }
  }

  @Test
  void sessions_goToTheirTopic_andSayWhatTheyTakeThePlaceOf() throws Exception {
    try (var harness = harness(SESSIONS, null)) {
      harness.processElement(ofSession(0, T0), 0);
      harness.processElement(ofSession(1, T0 + 30_000), 0);
      harness.processElement(ofSession(0, T0 + 2 * MINUTE), 0);
      harness.processWatermark(T0 + 3 * MINUTE);
      String head =
          "sessions u\"1|a\\|b {\"event\":\"visit\",\"userId\":\"u\\\"1\",\"device\":\"a|b\",";
      assertThat(emitted(harness))
          .containsExactly(
              head
                  + "\"start\":1707605600000,\"end\":1707605630000,\"durationMs\":30000,"
                  + "\"counts\":{\"view\":1,\"like\":1},\"reason\":\"gap\",\"revision\":0}",
              head
                  + "\"start\":1707605720000,\"end\":1707605720000,\"durationMs\":0,"
                  + "\"counts\":{\"view\":1,\"like\":0},\"reason\":\"gap\",\"revision\":0}");
      assertThat(take(harness)).extracting(Event::takenBack).containsExactly(false, false);
      harness.processElement(ofSession(1, T0 + 80_000), 0);
      assertThat(emitted(harness))
          .containsExactly(
              head
                  + "\"start\":1707605600000,\"end\":1707605720000,\"durationMs\":120000,"
                  + "\"counts\":{\"view\":2,\"like\":2},\"reason\":\"gap\",\"revision\":1,"
                  + "\"retracts\":[{\"start\":1707605600000,\"end\":1707605630000,\"revision\":0},"
                  + "{\"start\":1707605720000,\"end\":1707605720000,\"revision\":0}]}");
      assertThat(take(harness)).extracting(Event::takenBack).containsExactly(true, true, false);
    }
  }
}
