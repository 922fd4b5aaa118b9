package io.countermachine.service.web;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.service.evaluate.Evaluation;
import io.countermachine.service.evaluate.Status;
import io.countermachine.service.plan.FeaturePlan;
import io.countermachine.service.plan.FeatureValues;
import io.countermachine.service.plan.GroupPlan;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAccumulator;

/** Metrics of responses. docs/monitoring.md lists their names. */
final class FeatureMeters {
  private static final double MILLIS_PER_SECOND = 1_000;

  private final Map<String, Counter[]> byGroup = new HashMap<>();
  private final LongAccumulator newestMillis = new LongAccumulator(Math::max, Long.MIN_VALUE);

  FeatureMeters(MeterRegistry registry, Catalog catalog, Clock clock) {
    for (Group group : catalog.groups()) {
      Counter[] counters = new Counter[Status.values().length];
      for (Status status : Status.values()) {
        counters[status.index()] =
            Counter.builder("countermachine.values")
                .description("values answered, by group and status")
                .tag("group", group.name())
                .tag("status", status.name())
                .register(registry);
      }
      byGroup.put(group.name(), counters);
    }
    Gauge.builder("countermachine.data.age", newestMillis, newest -> age(newest.get(), clock))
        .description("the time since the newest event in any item that was read")
        .baseUnit("seconds")
        .register(registry);
  }

  /** NaN until an item has been read. */
  private static double age(long newestMillis, Clock clock) {
    return newestMillis == Long.MIN_VALUE
        ? Double.NaN
        : (clock.millis() - newestMillis) / MILLIS_PER_SECOND;
  }

  /** Counts the values of a response, and records how fresh the read items are. */
  void count(FeatureValues features) {
    Evaluation evaluation = features.evaluation();
    if (evaluation.newestMillis() > newestMillis.get()) {
      newestMillis.accumulate(evaluation.newestMillis());
    }
    FeaturePlan plan = features.request().plan();
    List<GroupPlan> groups = plan.groups();
    int results = features.request().results();
    for (int group = 0; group < groups.size(); group++) {
      int slots = groups.get(group).evaluator().features();
      int[] counts = new int[Status.values().length];
      for (int result = 0; slots > 0 && result < results; result++) {
        features.of(result, group).countStatuses(slots, counts);
      }
      count(groups.get(group).group(), counts);
    }
    for (int formula = 0; formula < plan.candidateFormulas().size(); formula++) {
      int[] counts = new int[Status.values().length];
      for (int result = 0; result < results; result++) {
        counts[features.formulaStatus(result, formula).index()]++;
      }
      count(plan.formulaGroup(formula), counts);
    }
  }

  private void count(Group group, int[] counts) {
    Counter[] counters = byGroup.get(group.name());
    for (int status = 0; status < counts.length; status++) {
      if (counts[status] > 0) {
        counters[status].increment(counts[status]);
      }
    }
  }
}
