package io.countermachine.catalog.yaml;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Feature;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Quantity;
import io.countermachine.item.ItemSize;
import io.countermachine.measure.Measure;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The part of {@code check} about the whole catalog's cost: memory, table, writes, the most
 * expensive rows.
 */
final class CatalogPrices {
  private static final long KEYS = 1_000_000;
  private static final int MOST_ROWS = 10;
  private static final double GIGABYTE = 1e9;

  private final Catalog catalog;

  CatalogPrices(Catalog catalog) {
    this.catalog = catalog;
  }

  /**
   * One measure of a group.
   *
   * @param stateBytes the typical bytes of state per key
   * @param worstBytes the maximum bytes of state per key
   * @param features the number of features that read only this measure
   */
  private record Row(String name, long stateBytes, long worstBytes, long features) {}

  void print(PrintStream out) {
    long state = 0;
    long item = 0;
    for (Group group : catalog.groups()) {
      GroupSummary summary = new GroupSummary(group);
      state += summary.stateBytes(false);
      item += ItemSize.of(group).typical();
    }
    out.printf(
        Locale.ROOT,
        "  cost: a key in each group takes about %,d bytes of state and %,d bytes of items; %,d keys in each group take about"
            + " %.1f GB of state and %.1f GB of the table%n",
        state,
        item,
        KEYS,
        state * KEYS / GIGABYTE,
        item * KEYS / GIGABYTE);
    for (String event : catalog.events().keySet()) {
      printWrites(event, out);
    }
    List<Row> rows = rows();
    if (rows.size() > 1) {
      out.printf("  the largest measures, by state per key:%n");
      rows.stream().limit(MOST_ROWS).forEach(row -> print(row, out));
    }
  }

  private void printWrites(String event, PrintStream out) {
    List<Group> counting = catalog.groups().stream().filter(group -> group.counts(event)).toList();
    long units = 0;
    for (Group group : counting) {
      units += GroupSummary.writeUnits(ItemSize.of(group).typical());
    }
    if (!counting.isEmpty()) {
      out.printf(
          "    an event %s: at most %s, %s in total; events of a key within a flush interval share a write%n",
          event, Quantity.of(counting.size(), "write"), Quantity.of(units, "write unit"));
    }
  }

  private static void print(Row row, PrintStream out) {
    out.printf(
        Locale.ROOT,
        "    %s: about %,d bytes, at most %,d; %s%n",
        row.name(),
        row.stateBytes(),
        row.worstBytes(),
        Quantity.of(row.features(), "feature"));
  }

  /** All measures, the most expensive first; by name if they cost the same. */
  private List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (Group group : catalog.groups()) {
      List<Measure> measures = group.schema().measures();
      for (int measure = 0; measure < measures.size(); measure++) {
        rows.add(
            new Row(
                group.name() + "." + measures.get(measure).name().replace('#', ' '),
                group.schema().stateBytes(measure).typical(),
                group.schema().stateBytes(measure).worst(),
                features(group, measure)));
      }
    }
    rows.sort(Comparator.comparingLong(Row::stateBytes).reversed().thenComparing(Row::name));
    return rows;
  }

  private static long features(Group group, int measure) {
    return group.features().stream()
        .filter(
            feature ->
                feature.origin() instanceof Feature.Stored stored
                    && group.itemSchema().output(stored.output()).measure() == measure)
        .count();
  }
}
