package io.countermachine.bench.report;

import java.util.ArrayList;
import java.util.List;

/** A text table: the first column is aligned to the left, all others to the right. */
public final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  /** Adds a row. Null is shown as a dash. The last row may have fewer cells than the others. */
  public Table row(Object... cells) {
    List<String> row = new ArrayList<>();
    for (Object cell : cells) {
      row.add(cell == null ? "-" : cell.toString());
    }
    rows.add(row);
    return this;
  }

  /** A number in a format of {@link String#format}. Null stays null. */
  public static String number(String format, Number value) {
    return value == null ? null : format.formatted(value);
  }

  /** The rows. Each column is as wide as its widest cell. */
  public List<String> lines() {
    List<Integer> widths = new ArrayList<>();
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        if (i == widths.size()) {
          widths.add(0);
        }
        widths.set(i, Math.max(widths.get(i), row.get(i).length()));
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static String line(List<String> row, List<Integer> widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.size(); i++) {
      String format = i == 0 ? "%-" + widths.get(i) + "s" : "  %" + widths.get(i) + "s";
      line.append(widths.get(i) == 0 ? "  " : format.formatted(row.get(i)));
    }
    return line.toString().stripTrailing();
  }
}
