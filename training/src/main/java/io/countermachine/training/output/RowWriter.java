package io.countermachine.training.output;

import io.countermachine.training.TrainingPlan;
import io.countermachine.training.TrainingRow;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** Writes rows to a file of some form. */
public interface RowWriter extends Closeable {
  /** Writes a row behind those before. */
  void write(TrainingRow row) throws IOException;

  /** The file is complete; without it what was written is of no use. */
  void finish() throws IOException;

  /**
   * Opens a file in the form that its name says: {@code .parquet}, {@code .csv} or {@code .jsonl}.
   *
   * @throws IllegalStateException where it says none of these
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
