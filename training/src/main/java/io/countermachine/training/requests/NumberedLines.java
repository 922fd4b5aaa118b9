package io.countermachine.training.requests;

import java.io.Closeable;
import java.io.IOException;

/** The lines of a file with their numbers, without blank ones. */
public final class NumberedLines implements Closeable {
  private final Lines lines;
  private long number;

  private NumberedLines(Lines lines) {
    this.lines = lines;
  }

  /** Opens a file. It is decompressed if its name says so. */
  public static NumberedLines open(String file) throws IOException {
    return new NumberedLines(Lines.open(file));
  }

  /** The next line that is not blank, or null at the end. */
  public byte[] next() throws IOException {
    byte[] line;
    do {
      line = lines.next();
      number++;
    } while (line != null && Lines.isBlank(line));
    return line;
  }

  /** The number of the last line read, from 1. */
  public long number() {
    return number;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
