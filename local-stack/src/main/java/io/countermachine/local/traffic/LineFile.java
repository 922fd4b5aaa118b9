package io.countermachine.local.traffic;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a file of lines as bytes, so that the sent events do not depend on a text encoding. */
public final class LineFile {
  private LineFile() {}

  /** Receives lines. */
  @FunctionalInterface
  public interface LineConsumer {
    /**
     * Receives one line.
     *
     * @param number the line's number in the file, from 1
     */
    void accept(long number, byte[] line);
  }

  /**
   * Passes on every line that is not blank, without its line end (a line feed, optionally after a
   * carriage return).
   *
   * @return the number of lines passed on
   */
  public static long forEachLine(Path file, LineConsumer consumer) throws IOException {
    long lines = 0;
    long number = 0;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      int next;
      do {
        next = in.read();
        if (next >= 0 && next != '\n') {
          line.write(next);
        } else {
          byte[] bytes = withoutCarriageReturn(line.toByteArray());
          line.reset();
          number++;
          if (!isBlank(bytes)) {
            consumer.accept(number, bytes);
            lines++;
          }
        }
      } while (next >= 0);
    }
    return lines;
  }

  private static byte[] withoutCarriageReturn(byte[] line) {
    boolean ends = line.length > 0 && line[line.length - 1] == '\r';
    return ends ? java.util.Arrays.copyOf(line, line.length - 1) : line;
  }

  private static boolean isBlank(byte[] line) {
    for (byte b : line) {
      if (b != ' ' && (b < '\t' || b > '\r')) {
        return false;
      }
    }
    return true;
  }
}
