package io.countermachine.training.replay;

import io.countermachine.catalog.Group;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.item.ItemCodec;
import io.countermachine.item.StoredItem;
import io.countermachine.job.counting.Contributions;
import io.countermachine.job.counting.ItemWrite;
import io.countermachine.measure.Counters;
import io.countermachine.measure.Expiry;
import io.countermachine.measure.ItemValues;
import io.countermachine.service.plan.GroupPlan;
import io.countermachine.service.store.CountedMeasures;
import io.countermachine.training.TrainingPlan;
import io.countermachine.training.TrainingSpec;
import io.countermachine.training.replay.KeyedEntry.Asked;
import io.countermachine.training.replay.KeyedEntry.Counted;
import io.countermachine.training.replay.KeyedEntry.LabelAsked;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Counts the events of one key, and answers the requests between them. Flink's BATCH mode delivers
 * the entries of a key together and in order, so the operator holds only the counters of one key.
 */
final class PointInTime extends KeyedProcessFunction<String, KeyedEntry, RequestPart> {
  private static final long serialVersionUID = 1L;

  /** Panes that no request can need any more are dropped once per this many events. */
  private static final int EVENTS_PER_TRIM = 256;

  private final TrainingSpec spec;

  private transient TrainingPlan plan;
  private transient List<Group> groups;
  private transient GroupPlan[] plans;
  private transient Contributions contributions;
  private transient Contributions.CountersOfKey countersOfKey;
  private transient String key;
  private transient long order;
  private transient Counters[] counters;
  private transient NewestEvent[] labels;
  private transient long cameMillis;
  private transient boolean isOpposite;
  private transient int untrimmed;

  PointInTime(TrainingSpec spec) {
    this.spec = spec;
  }

  @Override
  public void open(OpenContext openContext) {
    plan = spec.plan();
    groups = plan.catalog().groups();
    contributions = new Contributions(plan.catalog());
    countersOfKey = this::countersOf;
    plans = new GroupPlan[groups.size()];
    for (int group = 0; group < plan.features().groups().size(); group++) {
      plans[plan.group(group)] = plan.features().groups().get(group);
    }
    counters = new Counters[groups.size()];
    labels = new NewestEvent[groups.size()];
  }

  @Override
  public void processElement(KeyedEntry entry, Context context, Collector<RequestPart> out) {
    if (!entry.key().equals(key)) {
      key = entry.key();
      Arrays.fill(counters, null);
      Arrays.fill(labels, null);
    } else if (entry.order() < order) {
      throw new IllegalStateException(
          "entries of key %s are out of order; %s must be %s"
              .formatted(key, ExecutionOptions.RUNTIME_MODE.key(), RuntimeExecutionMode.BATCH));
    }
    order = entry.order();
    if (entry instanceof Counted counted) {
      count(counted);
    } else if (entry instanceof Asked asked) {
      out.collect(
          new RequestPart.Values(
              asked.request(),
              asked.number(),
              plans[asked.group()]
                  .evaluator()
                  .of(
                      item(asked.group()),
                      asked.atMillis(),
                      asked.atMillis(),
                      false,
                      CountedMeasures.ALL)));
    } else {
      LabelAsked asked = (LabelAsked) entry;
      NewestEvent newest = labels[asked.group()];
      out.collect(
          new RequestPart.Followed(
              asked.request(),
              asked.number(),
              newest != null && newest.isSince(asked.fromMillis())));
    }
  }

  private void count(Counted counted) {
    cameMillis = counted.cameMillis();
    isOpposite = counted.event().takenBack();
    contributions.add(counted.event(), countersOfKey);
    Counters changed = counters[counted.group()];
    if (changed != null && ++untrimmed >= EVENTS_PER_TRIM) {
      changed.trim();
      untrimmed = 0;
    }
  }

  /** Counters that have expired start again, as in the job. */
  private Counters countersOf(int group, String ofKey) {
    if (plan.isLabelGroup(group)) {
      if (labels[group] == null) {
        labels[group] = new NewestEvent();
      }
      labels[group].add(cameMillis, isOpposite);
    }
    Counters current = counters[group];
    if (current == null || Expiry.isPast(current.expiresAtSeconds(), cameMillis)) {
      current = new Counters(groups.get(group).schema());
      counters[group] = current;
    }
    current.expireAt(ItemWrite.expiryOf(groups.get(group), cameMillis));
    return current;
  }

  /** The item that the service would have read, as the job would have written it. */
  private StoredItem item(int group) {
    Counters current = counters[group];
    if (current == null) {
      return null;
    }
    current.trim();
    OptionalLong expiry =
        current.expiresAtSeconds() == Expiry.NEVER
            ? OptionalLong.empty()
            : OptionalLong.of(current.expiresAtSeconds());
    ItemValues values = ItemValues.of(groups.get(group).itemSchema(), current);
    return ItemCodec.decode(
        ItemCodec.encode(key, values, expiry, ItemFormat.PACKED), groups.get(group).itemSchema());
  }
}
