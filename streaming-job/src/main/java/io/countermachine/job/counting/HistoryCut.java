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
 * Where history ends that a backfill hands to the job: for each measure and interval that is newer
 * than the job, the instant since which the job counts it. A record with an earlier Kafka timestamp
 * is left to history there.
 *
 * @param topic of the sums of history
 * @param since by group, and measure and interval as {@code like.1h}, or {@code recent} of a
 *     measure that has none: epoch milliseconds
 */
public record HistoryCut(String topic, Map<String, Map<String, Long>> since)
    implements Serializable {
  /** The instant of what is not new. */
  public static final long NOT_CUT = Long.MIN_VALUE;

  /** Whether a measure has an interval. */
  private interface Cells {
    /**
     * @param label of the interval; empty for all of a measure without intervals
     */
    boolean keep(int measure, String label);
  }

  /** The cut of a job that starts with empty state: it counts all that it reads. */
  public static HistoryCut none(String topic) {
    return new HistoryCut(topic, Map.of());
  }

  /**
   * The cut of a job that restores its state.
   *
   * @param item what the table says of the job that wrote to it last
   * @param nowMillis the instant for what that job did not count
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

  /** Since when the job counts at all; empty where the item does not say. */
  public static OptionalLong firstMillis(CatalogItem item) {
    return item.since().values().stream()
        .flatMapToLong(
            ofGroup -> LongStream.of(ofGroup.values().stream().mapToLong(each -> each).toArray()))
        .min();
  }

  /**
   * Since when all of a measure's interval is counted; empty where it is not.
   *
   * @param label of the interval; empty for all of a measure without intervals
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
   * Why history of a measure's interval cannot be handed over; empty where it can.
   *
   * @param label of the interval; empty for all of a measure without intervals
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

  /** Since when a measure's interval is counted, or {@link #NOT_CUT} where it is not new. */
  public long since(Group group, int measure, String label) {
    return since
        .getOrDefault(group.name(), Map.of())
        .getOrDefault(
            CatalogItem.name(group.schema().measures().get(measure).name(), label), NOT_CUT);
  }

  /** The instants at which something of a group is cut, ascending. */
  long[] instants(Group group) {
    return since.getOrDefault(group.name(), Map.of()).values().stream()
        .mapToLong(each -> each)
        .distinct()
        .sorted()
        .toArray();
  }

  /** What of a group counts a record that came at an instant; empty where nothing does. */
  Optional<Schema> counting(Group group, long recordMillis) {
    return only(group, (measure, label) -> since(group, measure, label) <= recordMillis);
  }

  /** What of a group is new; empty where nothing is. */
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
