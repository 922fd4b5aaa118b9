package io.countermachine.training.replay;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.EventType;
import io.countermachine.job.derive.VerbInput;
import io.countermachine.job.derive.VerbReplay;
import io.countermachine.job.ingest.Event;
import io.countermachine.training.TrainingSpec;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Makes the events of verbs with the job's rules, and emits an entry for each of their keys that
 * requests may ask for. An entry's place in the order is the time at which the job would have known
 * the event.
 */
final class ReplayVerbs extends KeyedProcessFunction<String, VerbInput, KeyedEntry> {
  private static final long serialVersionUID = 1L;

  /** In Flink's BATCH mode, event time jumps to its end after the last input of each key. */
  private static final long END = Long.MAX_VALUE - 1;

  private final TrainingSpec spec;
  private final AskedKeys asked;

  /** Null if there are no rules. */
  private final RuleHistory rules;

  private transient VerbReplay replay;
  private transient KeyEntries entries;
  private transient List<EventType> types;
  private transient int groups;

  /** Whether the verb of the key at hand takes back what others made. */
  private transient boolean isUndone;

  ReplayVerbs(TrainingSpec spec, AskedKeys asked, RuleHistory rules) {
    this.spec = spec;
    this.asked = asked;
    this.rules = rules;
  }

  @Override
  public void open(OpenContext openContext) {
    Catalog catalog = spec.catalog();
    replay = new VerbReplay(catalog, rules == null ? null : rules.book());
    entries = new KeyEntries(spec, asked);
    types = List.copyOf(catalog.events().values());
    groups = catalog.groups().size();
  }

  @Override
  public void processElement(VerbInput input, Context context, Collector<KeyedEntry> out) {
    isUndone = types.get(input.verb()).undoes().isPresent();
    replay.add(
        input, context.timestamp(), (event, knownMillis) -> collect(event, knownMillis, out));
    context.timerService().registerEventTimeTimer(END);
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<KeyedEntry> out) {
    replay.end((event, knownMillis) -> collect(event, knownMillis, out));
  }

  /** A label is of what happened, by its own instant, though it was undone later. */
  private void collect(Event event, long knownMillis, Collector<KeyedEntry> out) {
    for (int group = 0; group < groups; group++) {
      if (!spec.plan().isLabelGroup(group)) {
        entries.of(event, group, knownMillis, out);
      } else if (!isUndone) {
        entries.of(event, group, event.timeMillis(), out);
      }
    }
  }
}
