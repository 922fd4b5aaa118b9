package io.countermachine.job.derive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
