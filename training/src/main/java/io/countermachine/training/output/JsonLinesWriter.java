package io.countermachine.training.output;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countermachine.json.JsonBytes;
import io.countermachine.training.TrainingRow;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes rows as JSON lines. Maps and lists are JSON objects and arrays. */
final class JsonLinesWriter implements RowWriter {
  private static final byte[] NULL = "null".getBytes(UTF_8);

  private final OutputStream out;
  private final RowColumns columns;
  private final JsonBytes json = new JsonBytes();

  JsonLinesWriter(Path file, RowColumns columns) throws IOException {
    this.out = new BufferedOutputStream(Files.newOutputStream(file));
    this.columns = columns;
  }

  @Override
  public void write(TrainingRow row) throws IOException {
    json.clear();
    json.write('{');
    json.writeName(RowColumns.REQUEST);
    json.write(row.request());
    json.writeName(RowColumns.CANDIDATE);
    json.write((long) row.candidate());
    json.writeName(RowColumns.AS_OF);
    json.write(row.asOfMillis());
    for (int key = 0; key < columns.keys().size(); key++) {
      json.writeName(columns.keys().get(key));
      if (row.keys()[key] == null) {
        json.write(NULL);
      } else {
        json.writeText(row.keys()[key]);
      }
    }
    writeFeatures(row);
    for (int label = 0; label < columns.labels().size(); label++) {
      json.writeName(columns.labels().get(label));
      if (row.labels()[label] == TrainingRow.NO_LABEL) {
        json.write(NULL);
      } else {
        json.write((long) row.labels()[label]);
      }
    }
    json.write('}');
    json.write('\n');
    json.writeTo(out);
  }

  private void writeFeatures(TrainingRow row) {
    for (int feature = 0; feature < columns.features().size(); feature++) {
      json.writeName(columns.features().get(feature));
      if (row.text(feature) != null) {
        json.writeText(row.text(feature));
      } else if (row.document(feature) != null) {
        json.write(row.document(feature).getBytes(UTF_8));
      } else if (Double.isNaN(row.numbers()[feature])) {
        json.write(NULL);
      } else {
        json.write(row.numbers()[feature]);
      }
    }
    for (int feature = 0; feature < columns.features().size(); feature++) {
      json.writeName(RowColumns.status(columns.features().get(feature)));
      json.writeText(RowColumns.statusName(row.statuses()[feature]));
    }
  }

  @Override
  public void finish() {}

  @Override
  public void close() throws IOException {
    out.close();
  }
}
