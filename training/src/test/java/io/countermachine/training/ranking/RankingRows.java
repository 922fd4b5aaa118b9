package io.countermachine.training.ranking;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows of a training set, request by request. Requests that have not exactly one row with the
 * label are left out.
 */
final class RankingRows {
  private static final String STATUS = ".status";

  private final List<String> features;

  /** A row after the other; NaN where a feature is undefined. */
  private final float[] values;

  private final float[] labels;

  /** Where the rows of each request begin, and the end of all. */
  private final int[] starts;

  private final int leftOut;

  private RankingRows(
      List<String> features, float[] values, float[] labels, int[] starts, int leftOut) {
    this.features = features;
    this.values = values;
    this.labels = labels;
    this.starts = starts;
    this.leftOut = leftOut;
  }

  /** Reads a file that {@code training} wrote. */
  static RankingRows read(Path file, String label) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      String path = "'" + file.toString().replace("'", "''") + "'";
      List<String> features = new ArrayList<>();
      try (ResultSet columns = statement.executeQuery("DESCRIBE SELECT * FROM " + path)) {
        while (columns.next()) {
          String column = columns.getString(1);
          if (column.endsWith(STATUS)) {
            features.add(column.substring(0, column.length() - STATUS.length()));
          }
        }
      }
      String selected = String.join(", ", features.stream().map(RankingRows::quoted).toList());
      Builder builder = new Builder(features);
      try (ResultSet rows =
          statement.executeQuery(
              "SELECT request, %s, %s FROM %s ORDER BY request, candidate"
                  .formatted(quoted(label), selected, path))) {
        while (rows.next()) {
          float[] values = new float[features.size()];
          for (int i = 0; i < values.length; i++) {
            values[i] = (float) rows.getDouble(i + 3);
            if (rows.wasNull()) {
              values[i] = Float.NaN;
            }
          }
          builder.add(rows.getLong(1), rows.getInt(2), values);
        }
      }
      return builder.build();
    }
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** The features, in the order of the file. */
  List<String> features() {
    return features;
  }

  /** How many rows there are. */
  int size() {
    return labels.length;
  }

  /** Whether a row has the label. */
  boolean isChosen(int row) {
    return labels[row] == 1;
  }

  /** 1 for each row with the label, 0 for others. */
  float[] labels() {
    return labels.clone();
  }

  /** How many requests were left out. */
  int leftOut() {
    return leftOut;
  }

  /** The first row of a request. */
  int begin(int request) {
    return starts[request];
  }

  /** The row behind the last one of a request. */
  int end(int request) {
    return starts[request + 1];
  }

  int requests() {
    return starts.length - 1;
  }

  /** The values of some features, a row after the other. */
  float[] values(List<String> chosen) {
    int[] columns = chosen.stream().mapToInt(this::column).toArray();
    float[] result = new float[size() * columns.length];
    for (int row = 0; row < size(); row++) {
      for (int i = 0; i < columns.length; i++) {
        result[row * columns.length + i] = values[row * features.size() + columns[i]];
      }
    }
    return result;
  }

  private int column(String feature) {
    int column = features.indexOf(feature);
    if (column < 0) {
      throw new IllegalArgumentException(
          "the rows have no feature %s; they have %s".formatted(feature, features));
    }
    return column;
  }

  /** The row of a request that has the label. */
  int chosen(int request) {
    for (int row = begin(request); row < end(request); row++) {
      if (isChosen(row)) {
        return row;
      }
    }
    throw new IllegalStateException("no row of request " + request + " has the label");
  }

  /** Collects rows, whose requests come one after the other. */
  static final class Builder {
    private final List<String> features;
    private final List<float[]> rows = new ArrayList<>();
    private final List<Float> labels = new ArrayList<>();
    private final List<Integer> starts = new ArrayList<>(List.of(0));
    private long request = -1;
    private int leftOut;

    Builder(List<String> features) {
      this.features = List.copyOf(features);
    }

    void add(long ofRequest, float label, float[] values) {
      if (ofRequest != request) {
        endRequest();
        request = ofRequest;
      }
      rows.add(values);
      labels.add(label);
    }

    private void endRequest() {
      int begin = starts.get(starts.size() - 1);
      if (begin == rows.size()) {
        return;
      }
      List<Float> own = labels.subList(begin, labels.size());
      if (own.stream().filter(label -> label == 1).count() == 1) {
        starts.add(rows.size());
      } else {
        leftOut++;
        rows.subList(begin, rows.size()).clear();
        own.clear();
      }
    }

    RankingRows build() {
      endRequest();
      float[] values = new float[rows.size() * features.size()];
      float[] flags = new float[rows.size()];
      for (int row = 0; row < flags.length; row++) {
        System.arraycopy(rows.get(row), 0, values, row * features.size(), features.size());
        flags[row] = labels.get(row);
      }
      return new RankingRows(
          features, values, flags, starts.stream().mapToInt(Integer::intValue).toArray(), leftOut);
    }
  }
}
