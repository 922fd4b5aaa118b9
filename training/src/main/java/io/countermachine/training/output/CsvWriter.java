package io.countermachine.training.output;

import io.countermachine.training.TrainingRow;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes rows as CSV (RFC 4180) with a header line. Null is an empty field, an empty text is a
 * quoted one, and maps and lists are JSON.
 */
final class CsvWriter implements RowWriter {
  private final BufferedWriter out;
  private final StringBuilder line = new StringBuilder();

  CsvWriter(Path file, RowColumns columns) throws IOException {
    this.out = Files.newBufferedWriter(file);
    columns.all().forEach(this::text);
    endLine();
  }

  @Override
  public void write(TrainingRow row) throws IOException {
    separate().append(row.request());
    separate().append(row.candidate());
    separate().append(row.asOfMillis());
    for (String key : row.keys()) {
      text(key);
    }
    for (int feature = 0; feature < row.numbers().length; feature++) {
      if (Double.isNaN(row.numbers()[feature])) {
        text(row.text(feature) != null ? row.text(feature) : row.document(feature));
      } else {
        separate().append(row.numbers()[feature]);
      }
    }
    for (byte status : row.statuses()) {
      text(RowColumns.statusName(status));
    }
    for (byte label : row.labels()) {
      if (label == TrainingRow.NO_LABEL) {
        text(null);
      } else {
        separate().append(label);
      }
    }
    endLine();
  }

  private StringBuilder separate() {
    return line.isEmpty() ? line : line.append(',');
  }

  private void text(String text) {
    separate();
    if (text == null) {
      return;
    }
    boolean plain = !text.isEmpty() && text.chars().noneMatch(c -> c == ',' || c == '"' || c < ' ');
    if (plain) {
      line.append(text);
    } else {
      line.append('"').append(text.replace("\"", "\"\"")).append('"');
    }
  }

  private void endLine() throws IOException {
    out.append(line).append("\r\n");
    line.setLength(0);
  }

  @Override
  public void finish() {}

  @Override
  public void close() throws IOException {
    out.close();
  }
}
