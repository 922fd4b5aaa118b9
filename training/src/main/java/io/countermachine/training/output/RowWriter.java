package io.countermachine.training.output;

import io.countermachine.training.TrainingPlan;
import io.countermachine.training.TrainingRow;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** Writes rows to a file. */
public interface RowWriter extends Closeable {
  /** Appends a row. */
  void write(TrainingRow row) throws IOException;

  /** Completes the file. Without this call, the file is unusable. */
  void finish() throws IOException;

  /**
   * Opens a file in the format of its extension: {@code .parquet}, {@code .csv} or {@code .jsonl}.
   *
   * @throws IllegalStateException for any other extension
   */
  static RowWriter open(Path file, TrainingPlan plan) throws IOException {
    String name = file.getFileName().toString();
    if (name.endsWith(".parquet")) {
      return new ParquetWriter(file, new RowColumns(plan));
    }
    if (name.endsWith(".csv")) {
      return new CsvWriter(file, new RowColumns(plan));
    }
    if (name.endsWith(".jsonl") || name.endsWith(".json")) {
      return new JsonLinesWriter(file, new RowColumns(plan));
    }
    throw new IllegalStateException(
        "--out %s: expected a name that ends with .parquet, .csv or .jsonl".formatted(file));
  }
}
