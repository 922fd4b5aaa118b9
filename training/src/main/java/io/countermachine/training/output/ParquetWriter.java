package io.countermachine.training.output;

import io.countermachine.training.TrainingRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * Writes rows as Parquet with DuckDB. It collects them in a database on disk beside the file, and
 * copies them at the end. Maps and lists are JSON texts.
 */
final class ParquetWriter implements RowWriter {
  private final Path file;
  private final Path folder;
  private final RowColumns columns;
  private final DuckDBConnection connection;
  private final DuckDBAppender rows;

  ParquetWriter(Path file, RowColumns columns) throws IOException {
    this.file = file;
    this.columns = columns;
    this.folder = Files.createTempDirectory(file.toAbsolutePath().getParent(), ".training-rows-");
    try {
      connection =
          DriverManager.getConnection("jdbc:duckdb:" + folder.resolve("rows.duckdb"))
              .unwrap(DuckDBConnection.class);
      execute("SET memory_limit = '512MB'");
      execute("CREATE TABLE rows (%s)".formatted(String.join(", ", definitions())));
      rows = connection.createAppender(DuckDBConnection.DEFAULT_SCHEMA, "rows");
    } catch (SQLException e) {
      throw new IOException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private List<String> definitions() {
    List<String> definitions = new ArrayList<>();
    definitions.add(quoted(RowColumns.REQUEST) + " BIGINT");
    definitions.add(quoted(RowColumns.CANDIDATE) + " INTEGER");
    definitions.add(quoted(RowColumns.AS_OF) + " BIGINT");
    columns.keys().forEach(key -> definitions.add(quoted(key) + " VARCHAR"));
    for (int feature = 0; feature < columns.features().size(); feature++) {
      definitions.add(
          quoted(columns.features().get(feature))
              + (columns.isNumber(feature) ? " DOUBLE" : " VARCHAR"));
    }
    columns
        .features()
        .forEach(feature -> definitions.add(quoted(RowColumns.status(feature)) + " VARCHAR"));
    columns.labels().forEach(label -> definitions.add(quoted(label) + " TINYINT"));
    return definitions;
  }

  static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void write(TrainingRow row) throws IOException {
    try {
      rows.beginRow();
      rows.append(row.request());
      rows.append(row.candidate());
      rows.append(row.asOfMillis());
      for (String key : row.keys()) {
        appendText(key);
      }
      for (int feature = 0; feature < row.numbers().length; feature++) {
        appendValue(row, feature);
      }
      for (byte status : row.statuses()) {
        rows.append(RowColumns.statusName(status));
      }
      for (byte label : row.labels()) {
        if (label == TrainingRow.NO_LABEL) {
          rows.appendNull();
        } else {
          rows.append(label);
        }
      }
      rows.endRow();
    } catch (SQLException e) {
      throw new IOException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private void appendValue(TrainingRow row, int feature) throws SQLException {
    double number = row.numbers()[feature];
    if (Double.isNaN(number)) {
      appendText(row.text(feature) != null ? row.text(feature) : row.document(feature));
    } else if (columns.isNumber(feature)) {
      rows.append(number);
    } else {
      rows.append(Double.toString(number));
    }
  }

  private void appendText(String text) throws SQLException {
    if (text == null) {
      rows.appendNull();
    } else {
      rows.append(text);
    }
  }

  @Override
  public void finish() throws IOException {
    try {
      rows.close();
      execute(
          "COPY rows TO '%s' (FORMAT parquet, COMPRESSION zstd)"
              .formatted(file.toString().replace("'", "''")));
    } catch (SQLException e) {
      throw new IOException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IOException("%s: %s".formatted(file, e.getMessage()), e);
    } finally {
      deleteFolder();
    }
  }

  private void deleteFolder() throws IOException {
    try (var files = Files.list(folder)) {
      for (Path each : files.toList()) {
        Files.delete(each);
      }
    }
    Files.delete(folder);
  }
}
