package io.countermachine.job.derive;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.EventType;
import io.countermachine.job.ingest.Event;
import io.countermachine.job.ingest.EventTime;
import io.countermachine.rules.RuleBook;
import java.util.List;

/**
 * Runs the rules of verbs over past events, one key after the other, and emits each derived event
 * with the time at which the job would have known it. The clock is that of the inputs. Between two
 * inputs, decisions that depend only on event time come first, like the job's timers, with event
 * time as far behind the clock as in the job. Not thread-safe.
 */
public final class VerbReplay {
  /** Receives the derived events. */
  @FunctionalInterface
  public interface Output {
    /**
     * Receives a derived event, or a retraction of an earlier one.
     *
     * @param knownMillis the clock when the verb emits it, epoch milliseconds: at or after the
     *     event's own instant
     */
    void take(Event event, long knownMillis);
  }

  private final DerivedEvents derivedEvents;
  private final Run<?>[] runs;
  private String key;
  private Run<?> current;

  /**
   * Prepares the verbs of a catalog.
   *
   * @param rules the keys to forget; null if there are no rules
   */
  public VerbReplay(Catalog catalog, RuleBook rules) {
    derivedEvents = new DerivedEvents(catalog, type -> {}, rules);
    List<EventType> types = List.copyOf(catalog.events().values());
    runs = new Run<?>[types.size()];
    for (int type = 0; type < runs.length; type++) {
      if (types.get(type).verb().isPresent()) {
        runs[type] = new Run<>(type, VerbRules.of(types.get(type).verb().get(), catalog));
      }
    }
  }

  /**
   * Processes the next input of a key. Pass all inputs of a key together, ordered by their clock.
   *
   * @param clockMillis when it arrived, epoch milliseconds
   */
  public void add(VerbInput input, long clockMillis, Output out) {
    if (!input.key().equals(key)) {
      key = input.key();
      current = runs[input.verb()];
      current.begin();
    }
    current.add(input, clockMillis, out);
  }

  /** Completes the key, because no more inputs come. */
  public void end(Output out) {
    if (current != null) {
      current.runUntil(KeyState.NEVER, out);
      current = null;
      key = null;
    }
  }

  /** A rule with the state of one key. */
  private final class Run<S extends KeyState> implements Emitter {
    private final int verb;
    private final VerbRule<S> rule;
    private S state;
    private long nowMillis;
    private Output output;

    Run(int verb, VerbRule<S> rule) {
      this.verb = verb;
      this.rule = rule;
    }

    void begin() {
      state = rule.newState();
    }

    void add(VerbInput input, long clockMillis, Output out) {
      runUntil(clockMillis, out);
      nowMillis = clockMillis;
      state.arrive(clockMillis);
      rule.onEvent(state, input, EventTime.whenIdle(clockMillis), this);
      letGo();
    }

    /** Runs everything that is due by the clock up to an instant. */
    void runUntil(long clockMillis, Output out) {
      output = out;
      if (rule.keepMillis() > 0) {
        if (DeriveOperator.onGrid(state.lastArrivalMillis + rule.keepMillis()) <= clockMillis) {
          state = rule.newState();
        }
        return;
      }
      long due = DeriveOperator.onGrid(rule.nextInstant(state));
      while (due != KeyState.NEVER && EventTime.clockOf(due) <= clockMillis) {
        nowMillis = EventTime.clockOf(due);
        rule.onInstant(state, due, this);
        letGo();
        due = DeriveOperator.onGrid(rule.nextInstant(state));
      }
    }

    private void letGo() {
      if (state.isEmpty()) {
        state = rule.newState();
      }
    }

    @Override
    public void emit(Happening of, long instant, double value, boolean takenBack) {
      Event event = derivedEvents.make(verb, of, instant, value, takenBack);
      if (event != null) {
        output.take(event, nowMillis);
      }
    }

    @Override
    public void emit(Session session, boolean takenBack) {
      output.take(derivedEvents.make(verb, key, session, takenBack), nowMillis);
    }

    /** Sessions of the past are not written to topics. */
    @Override
    public void write(Session session) {}
  }
}
