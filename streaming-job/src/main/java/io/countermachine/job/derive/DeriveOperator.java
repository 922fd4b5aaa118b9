package io.countermachine.job.derive;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.Verb;
import io.countermachine.job.config.CatalogText;
import io.countermachine.job.ingest.Event;
import io.countermachine.job.ingest.EventTimeOperator;
import io.countermachine.job.rules.RuleBooks;
import io.countermachine.job.state.UnusableState;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Runs the rules of verbs, each over the state of one key, and emits the derived events to
 * counting. A key has at most one timer, which moves when it fires: by event time for rules that
 * wait for it, by the clock for rules that only drop old state.
 */
public final class DeriveOperator extends EventTimeOperator<VerbInput, Event> {
  private static final long serialVersionUID = 1L;

  /** The version of a key's state. In the state it is followed by the kind of state. */
  private static final int NEWEST_FORM = 3;

  /** Timers of one key within the same second are merged. */
  private static final long TIMER_GRID_MILLIS = 1_000;

  /** The records for topics. */
  public static final OutputTag<EmittedRecord> EMITTED =
      new OutputTag<>("emitted", TypeInformation.of(EmittedRecord.class));

  private final CatalogText catalogText;

  private transient Map<String, RunningRule<?>> rulesByName;
  private transient RunningRule<?>[] running;
  private transient ValueState<byte[]> states;
  private transient DerivedEvents derivedEvents;
  private transient DataOutputSerializer written;
  private transient StreamRecord<Event> reusedRecord;
  private transient TimerPace pace;

  /**
   * Creates the operator.
   *
   * @param ruleBooks the contents of the rules topic; empty if nothing can be forgotten
   */
  public DeriveOperator(CatalogText catalogText, Optional<RuleBooks> ruleBooks) {
    super("verbs", ruleBooks);
    this.catalogText = catalogText;
  }

  @Override
  public void open() throws Exception {
    super.open();
    Catalog catalog = catalogText.catalog();
    List<EventType> types = List.copyOf(catalog.events().values());
    MetricGroup metrics = getMetricGroup();
    Counter[] undefined = new Counter[types.size()];
    running = new RunningRule<?>[types.size()];
    rulesByName = new HashMap<>();
    for (int type = 0; type < running.length; type++) {
      EventType event = types.get(type);
      MetricGroup ofEvent = metrics.addGroup("event", event.name());
      if (!event.mayArrive()) {
        undefined[type] = ofEvent.counter("undefinedDerivedEvents");
      }
      if (event.verb().isPresent()) {
        running[type] =
            new RunningRule<>(type, event, VerbRules.of(event.verb().get(), catalog), ofEvent);
        rulesByName.put(event.name(), running[type]);
      }
    }
    derivedEvents = new DerivedEvents(catalog, type -> undefined[type].inc(), forgotten());
    written = new DataOutputSerializer(256);
    reusedRecord = new StreamRecord<>(null);
    pace = new TimerPace();
    UnusableState.register(
        () ->
            states =
                getRuntimeContext()
                    .getState(
                        new ValueStateDescriptor<>("verb", BytePrimitiveArraySerializer.INSTANCE)));
  }

  @Override
  protected void process(VerbInput input) throws Exception {
    running[input.verb()].onEvent(input);
  }

  @Override
  public void onEventTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
    onTimer(timer.getKey());
  }

  @Override
  public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
    onTimer(timer.getKey());
  }

  private void onTimer(String key) throws Exception {
    long clock = timers().currentProcessingTime();
    if (!pace.mayRun(clock)) {
      timers().registerProcessingTimeTimer(VoidNamespace.INSTANCE, TimerPace.later(key, clock));
      return;
    }
    RunningRule<?> rule = rulesByName.get(VerbKeys.verb(key));
    if (rule == null) {
      // The catalog no longer has the verb.
      states.clear();
    } else {
      rule.onTimer();
    }
  }

  /** When a timer for the given instant fires. */
  static long onGrid(long instant) {
    return instant > KeyState.NEVER - TIMER_GRID_MILLIS
        ? instant
        : (instant + TIMER_GRID_MILLIS - 1) / TIMER_GRID_MILLIS * TIMER_GRID_MILLIS;
  }

  /**
   * The kind of a verb's state: the verb's first letter, in upper case if it holds events back.
   * Sessions have one kind, because they always keep events until they are over.
   */
  private static int kind(Verb verb) {
    char letter = verb.kind().word().charAt(0);
    return verb.isSettled() && verb.kind() != Verb.Kind.SESSION
        ? Character.toUpperCase(letter)
        : letter;
  }

  /** A rule with the state of its keys, its metrics and its output. */
  private final class RunningRule<S extends KeyState> implements Emitter {
    private final int verb;
    private final int kind;
    private final VerbRule<S> rule;

    /** Null if nothing goes to a topic. */
    private final SessionRecords records;

    private final Counter madeEvents;
    private final Counter takenBackEvents;
    private final Counter late;

    RunningRule(int verb, EventType event, VerbRule<S> rule, MetricGroup metrics) {
      this.verb = verb;
      Verb made = event.verb().orElseThrow();
      this.kind = kind(made);
      this.rule = rule;
      this.records = made.emit().isEmpty() ? null : new SessionRecords(event.name(), made);
      this.madeEvents = metrics.counter("derivedEvents");
      this.takenBackEvents = metrics.counter("takenBackEvents");
      this.late = metrics.counter("lateForVerb");
    }

    void onEvent(VerbInput input) throws Exception {
      S state = read();
      boolean byClock = rule.keepMillis() > 0;
      if (byClock) {
        state.arrive(timers().currentProcessingTime());
      }
      boolean isLate = rule.onEvent(state, input, timers().currentWatermark(), this);
      if (isLate || (byClock && input.timeMillis() + rule.keepMillis() < state.lastArrivalMillis)) {
        late.inc();
      }
      keep(state);
    }

    void onTimer() throws Exception {
      S state = read();
      state.timerMillis = KeyState.NEVER;
      if (rule.keepMillis() == 0) {
        rule.onInstant(state, timers().currentWatermark(), this);
      } else if (state.lastArrivalMillis + rule.keepMillis() <= timers().currentProcessingTime()) {
        states.clear();
        return;
      }
      keep(state);
    }

    private void keep(S state) throws Exception {
      if (state.isEmpty()) {
        states.clear();
        return;
      }
      boolean byClock = rule.keepMillis() > 0;
      long due =
          onGrid(byClock ? state.lastArrivalMillis + rule.keepMillis() : rule.nextInstant(state));
      if (byClock ? state.timerMillis == KeyState.NEVER : due < state.timerMillis) {
        state.timerMillis = due;
        if (byClock) {
          timers().registerProcessingTimeTimer(VoidNamespace.INSTANCE, due);
        } else {
          timers().registerEventTimeTimer(VoidNamespace.INSTANCE, due);
        }
      }
      write(state);
    }

    /** Ignores state of another verb that had the same name. */
    private S read() throws IOException {
      S state = rule.newState();
      byte[] stored = states.value();
      if (stored == null) {
        return state;
      }
      DataInputDeserializer in = new DataInputDeserializer(stored);
      int form = in.readUnsignedByte();
      if (form < 1 || form > NEWEST_FORM) {
        throw UnusableState.ofLaterRelease("states of verbs", form, NEWEST_FORM);
      }
      if (in.readUnsignedByte() != kind) {
        return state;
      }
      state.timerMillis = Varint.read(in) - 1;
      state.timerMillis = state.timerMillis < 0 ? KeyState.NEVER : state.timerMillis;
      state.lastArrivalMillis = Varint.read(in);
      state.read(in, form);
      return state;
    }

    private void write(S state) throws IOException {
      written.clear();
      int form = state.form();
      written.writeByte(form);
      written.writeByte(kind);
      Varint.write(state.timerMillis == KeyState.NEVER ? 0 : state.timerMillis + 1, written);
      Varint.write(state.lastArrivalMillis, written);
      state.write(written, form);
      states.update(written.getCopyOfBuffer());
    }

    @Override
    public void emit(Happening of, long instant, double value, boolean takenBack) {
      Event event = derivedEvents.make(verb, of, instant, value, takenBack);
      if (event != null) {
        (takenBack ? takenBackEvents : madeEvents).inc();
        output.collect(reusedRecord.replace(event));
      }
    }

    @Override
    public void emit(Session session, boolean takenBack) {
      String key = (String) getCurrentKey();
      (takenBack ? takenBackEvents : madeEvents).inc();
      output.collect(reusedRecord.replace(derivedEvents.make(verb, key, session, takenBack)));
    }

    @Override
    public void write(Session session) {
      String key = (String) getCurrentKey();
      if (!derivedEvents.isForgotten(verb, key, session)) {
        output.collect(EMITTED, new StreamRecord<>(records.of(VerbKeys.by(key), session)));
      }
    }
  }
}
