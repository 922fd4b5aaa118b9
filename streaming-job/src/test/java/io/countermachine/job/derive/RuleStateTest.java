package io.countermachine.job.derive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

/** The state of a busy key does not grow with its events. */
class RuleStateTest {
  private static final long SECOND = 1_000;
  private static final long MINUTE = 60 * SECOND;
  private static final long LATENESS = 10 * MINUTE;
  private static final byte[] TEXT = {'{', '}'};

  /** Notes the events that a rule makes and takes back. */
  private static final class Made implements Emitter {
    private final List<String> made = new ArrayList<>();

    @Override
    public void emit(Happening of, long instant, double value, boolean takenBack) {
      made.add((takenBack ? "-" : "+") + instant);
    }

    @Override
    public void emit(Session session, boolean takenBack) {
      made.add((takenBack ? "-" : "+") + session.start + ".." + session.end);
    }

    @Override
    public void write(Session session) {
      throw new AssertionError("nothing goes to a topic");
    }
  }

  private static VerbInput event(int role, long instant) {
    return new VerbInput("k", 0, role, instant, 0, role == Happening.OF ? TEXT : null);
  }

  @Test
  void without_keepsFewOfManyLikes() {
    WithoutRule rule = new WithoutRule(5 * MINUTE, LATENESS);
    History history = rule.newState();
    Made made = new Made();
    for (long instant = 0; instant < 20 * MINUTE; instant += SECOND) {
      rule.onEvent(history, event(Happening.OF, instant), instant, made);
      rule.onEvent(history, event(Happening.OTHER, instant), instant, made);
      // Of three likes within 5 minutes the middle one is redundant: at most five in 10 minutes.
      assertThat(history.events()).hasSizeLessThanOrEqualTo(5);
    }
    // A late view of any of the last ten minutes was followed by a like.
    for (long instant = 10 * MINUTE; instant < 20 * MINUTE; instant += 7 * SECOND) {
      rule.onEvent(history, event(Happening.OF, instant), 20 * MINUTE - SECOND, made);
    }
    assertThat(made.made).isEmpty();
  }

  /**
   * Event by event, an hour of the past is read within a second, and the first event comes last.
   */
  @Test
  void eventsOnTheirWay_stillCorrect_howeverFarEventTimeAdvanced() {
    assertThat(
            made(
                new UndoesRule(5 * MINUTE, LATENESS),
                List.of(of(0), of(60 * MINUTE), other(2 * MINUTE))))
        .containsExactly("-0");
    assertThat(
            made(
                new ThenRule(5 * MINUTE, LATENESS),
                List.of(of(0), of(60 * MINUTE), other(2 * MINUTE))))
        .containsExactly("+" + 2 * MINUTE);
    assertThat(
            made(
                new OnceRule(5 * MINUTE, LATENESS),
                List.of(of(3 * MINUTE), of(60 * MINUTE), of(0))))
        .containsExactly("+180000", "+3600000", "+0", "-180000");
    // 28 is within 20 minutes of 10, but not of 5.
    assertThat(
            made(
                new OnceRule(20 * MINUTE, LATENESS),
                List.of(of(10 * MINUTE), of(28 * MINUTE), of(5 * MINUTE))))
        .containsExactly("+600000", "+300000", "-600000", "+1680000");
  }

  private static VerbInput of(long instant) {
    return event(Happening.OF, instant);
  }

  private static VerbInput other(long instant) {
    return event(Happening.OTHER, instant);
  }

  private static List<String> made(VerbRule<History> rule, List<VerbInput> arrivals) {
    History history = rule.newState();
    Made made = new Made();
    long clock = 1_700_000_000_000L;
    for (VerbInput arrival : arrivals) {
      clock += 100;
      history.arrive(clock);
      assertThat(rule.onEvent(history, arrival, Long.MIN_VALUE, made)).as("late").isFalse();
      history = writtenAndRead(history, clock);
    }
    return made.made;
  }

  private static History writtenAndRead(History history, long lastArrivalMillis) {
    try {
      DataOutputSerializer out = new DataOutputSerializer(64);
      history.write(out, history.form());
      History read = new History();
      read.read(new DataInputDeserializer(out.getCopyOfBuffer()), history.form());
      read.lastArrivalMillis = lastArrivalMillis;
      return read;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void eventsByTheClock_areDroppedOnceNoneIsOnItsWay() {
    for (VerbRule<History> rule :
        List.of(
            new UndoesRule(MINUTE, LATENESS),
            new ThenRule(MINUTE, LATENESS),
            new OnceRule(MINUTE, LATENESS))) {
      History history = rule.newState();
      for (long instant = MINUTE; instant < 30 * MINUTE; instant += SECOND) {
        history.arrive(instant);
        rule.onEvent(history, of(instant), Long.MIN_VALUE, new Made());
        // Those of lateness (600 s), the interval (60 s) and twice the time on the way (60 s).
        assertThat(history.events().size()).isLessThanOrEqualTo(721);
      }
      // After a pause by the clock all are known to be here.
      history.arrive(31 * MINUTE);
      rule.onEvent(history, of(60 * MINUTE), Long.MIN_VALUE, new Made());
      history.arrive(32 * MINUTE);
      assertThat(rule.onEvent(history, of(49 * MINUTE), Long.MIN_VALUE, new Made())).isTrue();
      assertThat(history.events().size()).isLessThanOrEqualTo(2);
    }
  }

  /** An event at 60,000. At 240,000 by the clock the newest was at 30,000, and long before at 0. */
  @Test
  void history_isReadInBothForms() throws IOException {
    History old = read("e0d403" + "0200000000", 1);
    assertThat(old.newest()).isEqualTo(60_000);
    assertThat(old.newestSettled()).isEqualTo(60_000);
    assertThat(old.form()).isEqualTo(1);
    History now = read("e0d403" + "e1d403" + "b1ea01" + "80d30e" + "0200000000", 3);
    assertThat(now.newest()).isEqualTo(60_000);
    assertThat(now.newestSettled()).isEqualTo(0);
    assertThat(now.form()).isEqualTo(3);
    now.lastArrivalMillis = 250_000;
    now.arrive(269_999);
    assertThat(now.newestSettled()).isEqualTo(0);
    now.arrive(270_000);
    assertThat(now.newestSettled()).isEqualTo(30_000);
  }

  private static History read(String hex, int form) throws IOException {
    History history = new History();
    history.read(new DataInputDeserializer(HexFormat.of().parseHex(hex)), form);
    return history;
  }

  @Test
  void session_keepsOneBlockOfManyEvents() {
    for (long most : List.of(4 * 60 * MINUTE, Long.MAX_VALUE)) {
      SessionRule rule = session(2 * MINUTE, most);
      SessionState state = rule.newState();
      for (long instant = 0; instant < 20 * MINUTE; instant += SECOND) {
        rule.onEvent(state, event(0, instant), instant, new Made());
        assertThat(state.blocks).hasSize(1);
      }
    }
  }

  /**
   * Events of 0 to 15 minutes and of 27 to 45 are two sessions, until a late event at 21 minutes
   * connects them. Then the session of 0 minutes is cut at its first event after 30 minutes.
   */
  @Test
  void session_isCutWhereALateEventConnectsItWithTheOneBefore() {
    SessionRule rule = session(10 * MINUTE, 30 * MINUTE);
    SessionState state = rule.newState();
    Made made = new Made();
    for (long minute : List.of(0L, 10L, 15L, 27L, 31L, 36L, 41L, 45L)) {
      rule.onEvent(state, event(0, minute * MINUTE), minute * MINUTE, made);
    }
    assertThat(made.made).containsExactly("+0..900000");
    made.made.clear();

    rule.onEvent(state, event(0, 21 * MINUTE), 45 * MINUTE, made);
    rule.onInstant(state, 56 * MINUTE, made);

    assertThat(made.made).containsExactly("-0..900000", "+0..1620000", "+1860000..2700000");
  }

  private static SessionRule session(long gapMillis, long mostMillis) {
    return new SessionRule(
        List.of("view"), gapMillis, mostMillis, 25 * MINUTE, false, Optional.empty());
  }
}
