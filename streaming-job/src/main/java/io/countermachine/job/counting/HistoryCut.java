package io.countermachine.job.counting;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.Group;
import io.countermachine.item.CatalogItem;
import io.countermachine.measure.Interval;
import io.countermachine.measure.Measure;
import io.countermachine.measure.Output;
import io.countermachine.measure.Schema;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * Where the history that a backfill hands over ends: for each measure and interval that was added
 * to the job, the instant since which the job counts it. Records with an earlier Kafka timestamp
 * are left to history there.
 *
 * @param topic the topic of the sums of history
 * @param since by group, and measure and interval as {@code like.1h}, or {@code recent} for a
 *     measure without intervals: epoch milliseconds
 */
public record HistoryCut(String topic, Map<String, Map<String, Long>> since)
    implements Serializable {
  /** The instant of a measure that is not new. */
  public static final long NOT_CUT = Long.MIN_VALUE;

  /** Selects measures and intervals. */
  private interface Cells {
    /**
     * @param label of the interval; empty for a measure without intervals
     */
    boolean keep(int measure, String label);
  }

  /** The cut of a job that starts with empty state: it counts everything that it reads. */
  public static HistoryCut none(String topic) {
    return new HistoryCut(topic, Map.of());
  }

  /**
   * The cut of a job that restores its state.
   *
   * @param item what the table says about the job that last wrote to it
   * @param nowMillis the instant for measures that the earlier job did not count, epoch
   *     milliseconds
   */
  public static HistoryCut of(String topic, Catalog catalog, CatalogItem item, long nowMillis) {
    OptionalLong first = firstMillis(item);
    Map<String, Map<String, Long>> since = new HashMap<>();
    if (first.isEmpty()) {
      return none(topic);
    }
    for (Group group : catalog.groups()) {
      Map<String, Long> ofGroup = new HashMap<>();
      List<Measure> measures = group.schema().measures();
      for (int measure = 0; measure < measures.size(); measure++) {
        for (String label : CatalogItem.labels(measures.get(measure).intervals())) {
          long instant = since(group, measure, label, item).orElse(nowMillis);
          if (instant > first.getAsLong() && refusal(group, measure, label, catalog).isEmpty()) {
            ofGroup.put(CatalogItem.name(measures.get(measure).name(), label), instant);
          }
        }
      }
      if (!ofGroup.isEmpty()) {
        since.put(group.name(), ofGroup);
      }
    }
    return new HistoryCut(topic, since);
  }

  /**
   * The first instant since which the job counts anything, epoch milliseconds; empty if the item
   * does not say.
   */
  public static OptionalLong firstMillis(CatalogItem item) {
    return item.since().values().stream()
        .flatMapToLong(
            ofGroup -> LongStream.of(ofGroup.values().stream().mapToLong(each -> each).toArray()))
        .min();
  }

  /**
   * The instant since which a measure's interval is counted completely, epoch milliseconds; empty
   * if it is not.
   *
   * @param label of the interval; empty for a measure without intervals
   */
  public static OptionalLong since(Group group, int measure, String label, CatalogItem item) {
    List<Output> outputs = group.itemSchema().outputs();
    List<Long> found = new ArrayList<>();
    for (int output = 0; output < outputs.size(); output++) {
      String name = outputs.get(output).name();
      boolean has =
          label.isEmpty()
              || group.outputIntervals(output).stream()
                  .anyMatch(interval -> interval.label().equals(label));
      if (outputs.get(output).measure() == measure
          && has
          && item.counts(group.name(), name, label)) {
        item.since(group.name(), name, label).ifPresent(found::add);
      }
    }
    return found.stream().mapToLong(each -> each).min();
  }

  /**
   * Why history of a measure's interval cannot be handed over; empty if it can.
   *
   * @param label of the interval; empty for a measure without intervals
   */
  public static Optional<String> refusal(Group group, int measure, String label, Catalog catalog) {
    boolean ofVerbs =
        group.feeds().stream()
            .filter(feed -> feed.measure() == measure)
            .map(feed -> catalog.events().get(feed.event()))
            .map(EventType::traits)
            .anyMatch(traits -> !traits.isEmpty());
    if (ofVerbs) {
      return Optional.of(
          "it counts an event that a verb creates or takes back, which needs the job's state of the verb");
    }
    return group.schema().measures().get(measure).intervals().stream()
        .filter(
            interval -> interval.label().equals(label) && interval.kind() == Interval.Kind.SESSION)
        .map(interval -> "a session interval is complete by itself after the key's next session")
        .findAny();
  }

  /**
   * The instant since which a measure's interval is counted, epoch milliseconds, or {@link
   * #NOT_CUT} if it is not new.
   */
  public long since(Group group, int measure, String label) {
    return since
        .getOrDefault(group.name(), Map.of())
        .getOrDefault(
            CatalogItem.name(group.schema().measures().get(measure).name(), label), NOT_CUT);
  }

  /** The cut instants of a group, ascending. */
  long[] instants(Group group) {
    return since.getOrDefault(group.name(), Map.of()).values().stream()
        .mapToLong(each -> each)
        .distinct()
        .sorted()
        .toArray();
  }

  /** The part of a group that counts a record with the given timestamp; empty if no part does. */
  Optional<Schema> counting(Group group, long recordMillis) {
    return only(group, (measure, label) -> since(group, measure, label) <= recordMillis);
  }

  /** The part of a group that is new; empty if there is none. */
  public Optional<Schema> added(Group group) {
    return only(group, (measure, label) -> since(group, measure, label) != NOT_CUT);
  }

  private static Optional<Schema> only(Group group, Cells cells) {
    Schema all = group.schema();
    List<Measure> kept = new ArrayList<>();
    for (int i = 0; i < all.measures().size(); i++) {
      int measure = i;
      Measure of = all.measures().get(i);
      List<Interval> intervals =
          of.intervals().stream()
              .filter(interval -> cells.keep(measure, interval.label()))
              .toList();
      if (of.intervals().isEmpty()
          ? cells.keep(i, CatalogItem.NO_INTERVAL)
          : !intervals.isEmpty()) {
        kept.add(new Measure(of.name(), of.kind(), intervals));
      }
    }
    List<Interval> intervals =
        all.intervals().stream()
            .filter(interval -> kept.stream().anyMatch(each -> each.intervals().contains(interval)))
            .toList();
    return kept.isEmpty()
        ? Optional.empty()
        : Optional.of(Schema.of(all.name(), all.keyFields(), kept, intervals, all.unitMillis()));
  }
}
