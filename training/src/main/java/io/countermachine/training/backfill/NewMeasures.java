package io.countermachine.training.backfill;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.item.CatalogItem;
import io.countermachine.job.counting.HistoryCut;
import io.countermachine.measure.Measure;
import io.countermachine.measure.Schema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The measures of a group that the job counts only since an instant, which is later than for the
 * rest of the group.
 *
 * @param schema only the new measures and intervals
 * @param sinceMillis the instant since which the job itself counts them, epoch milliseconds
 */
record NewMeasures(Schema schema, long sinceMillis) {
  /**
   * The new measures of some groups, by instant.
   *
   * @param added the measures that can be handed over
   * @param leftOut measures and intervals that cannot be handed over, with the reason
   */
  record Found(List<NewMeasures> added, List<String> leftOut) {}

  /**
   * Finds the new measures of some groups.
   *
   * @param item the table's item about its job, which must use this catalog
   * @throws IllegalStateException if a group has no new measures
   */
  static Found of(List<Group> groups, Catalog catalog, CatalogItem item) {
    HistoryCut cut = HistoryCut.of("", catalog, item, item.writtenMillis());
    List<NewMeasures> added = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    for (Group group : groups) {
      List<String> refused = refused(group, catalog, item);
      Map<String, Long> since = cut.since().getOrDefault(group.name(), Map.of());
      if (since.isEmpty()) {
        throw new IllegalStateException(nothing(group, item, refused));
      }
      leftOut.addAll(refused);
      for (long instant : new TreeSet<>(since.values())) {
        Map<String, Long> ofInstant = new HashMap<>(since);
        ofInstant.values().removeIf(each -> each != instant);
        new HistoryCut("", Map.of(group.name(), ofInstant))
            .added(group)
            .ifPresent(schema -> added.add(new NewMeasures(schema, instant)));
      }
    }
    return new Found(List.copyOf(added), List.copyOf(leftOut));
  }

  private static List<String> refused(Group group, Catalog catalog, CatalogItem item) {
    long first = HistoryCut.firstMillis(item).orElseThrow();
    List<String> refused = new ArrayList<>();
    List<Measure> measures = group.schema().measures();
    for (int i = 0; i < measures.size(); i++) {
      int measure = i;
      for (String label : CatalogItem.labels(measures.get(i).intervals())) {
        if (HistoryCut.since(group, i, label, item).orElse(first) > first) {
          HistoryCut.refusal(group, i, label, catalog)
              .ifPresent(
                  reason ->
                      refused.add(
                          "%s.%s: %s"
                              .formatted(
                                  group.name(),
                                  CatalogItem.name(measures.get(measure).name(), label),
                                  reason)));
        }
      }
    }
    return refused;
  }

  private static String nothing(Group group, CatalogItem item, List<String> refused) {
    return refused.isEmpty()
        ? "group %s has nothing new: the job counts all of it since its own start, at %s"
            .formatted(
                group.name(), Instant.ofEpochMilli(HistoryCut.firstMillis(item).orElseThrow()))
        : "group %s has nothing new that can be backfilled:%n  %s"
            .formatted(group.name(), String.join(System.lineSeparator() + "  ", refused));
  }

  /** The name of the group. */
  String group() {
    return schema.name();
  }

  /** The names of the new measures, such as {@code like.1h}. */
  List<String> names() {
    return schema.measures().stream()
        .flatMap(
            measure ->
                CatalogItem.labels(measure.intervals()).stream()
                    .map(label -> CatalogItem.name(measure.name(), label)))
        .toList();
  }
}
