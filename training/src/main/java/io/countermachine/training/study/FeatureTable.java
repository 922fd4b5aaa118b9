package io.countermachine.training.study;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The rows of a training file as DuckDB reads them: its numeric features and the label. */
final class FeatureTable implements AutoCloseable {
  private static final String STATUS = ".status";

  private final Connection connection;
  private final List<String> features = new ArrayList<>();
  private final List<String> others = new ArrayList<>();

  /**
   * Opens a file.
   *
   * @param label the column of the label; rows without it are left out
   * @throws IllegalStateException if there is no such column, or no feature
   */
  FeatureTable(Path file, String label) throws SQLException {
    connection = DriverManager.getConnection("jdbc:duckdb:");
    execute("SET memory_limit = '1GB'");
    String path = "'" + file.toString().replace("'", "''") + "'";
    List<String> columns = new ArrayList<>();
    List<String> numbers = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet described = statement.executeQuery("DESCRIBE SELECT * FROM " + path)) {
      while (described.next()) {
        columns.add(described.getString(1));
        if (described.getString(2).matches("DOUBLE|FLOAT|.*INT|DECIMAL.*")) {
          numbers.add(described.getString(1));
        }
      }
    }
    if (!columns.contains(label)) {
      throw new IllegalStateException(
          "--label %s: %s has no such column; it has %s".formatted(label, file, columns));
    }
    for (String column : columns) {
      // A feature has a column with its status.
      if (columns.contains(column + STATUS)) {
        (numbers.contains(column) ? features : others).add(column);
      }
    }
    if (features.isEmpty()) {
      throw new IllegalStateException(
          "%s has no numeric feature with its status beside it".formatted(file));
    }
    String asOf = columns.contains("asOf") ? quoted("asOf") : "0";
    execute(
        "CREATE TABLE rows AS SELECT CAST(%s AS DOUBLE) AS label, CAST(%s AS BIGINT) AS instant, %s FROM %s WHERE %s IS NOT NULL"
            .formatted(
                quoted(label),
                asOf,
                String.join(
                    ", ",
                    features.stream()
                        .map(name -> "CAST(%1$s AS DOUBLE) AS %1$s".formatted(quoted(name)))
                        .toList()),
                path,
                quoted(label)));
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** The numeric features, in the file's order. */
  List<String> features() {
    return features;
  }

  /** Features that are not numbers. They are not studied. */
  List<String> others() {
    return others;
  }

  /** The numbers in a query's only row; null is NaN. */
  double[] row(String sql) throws SQLException {
    List<double[]> rows = rows(sql);
    if (rows.size() != 1) {
      throw new SQLException("expected one row of " + sql);
    }
    return rows.get(0);
  }

  /** The numbers in a query's rows; null is NaN. */
  List<double[]> rows(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      List<double[]> rows = new ArrayList<>();
      while (result.next()) {
        double[] row = new double[result.getMetaData().getColumnCount()];
        for (int i = 0; i < row.length; i++) {
          row[i] = result.getDouble(i + 1);
          if (result.wasNull()) {
            row[i] = Double.NaN;
          }
        }
        rows.add(row);
      }
      return rows;
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
