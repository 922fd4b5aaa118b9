package io.countermachine.training.requests;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;

/**
 * Reads the lines of a file or of a part of it. A file with a name in {@code .gz} is decompressed.
 */
public final class Lines implements Closeable {
  private static final String GZIP = ".gz";
  private static final int BUFFER_BYTES = 1 << 16;

  private final InputStream input;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final long to;
  private int length;
  private int at;

  /** The offset in the file at which the buffer begins. */
  private long bufferFrom;

  private byte[] line = new byte[1024];
  private int lineLength;

  private Lines(InputStream input, long from, long to) {
    this.input = input;
    this.bufferFrom = from;
    this.to = to;
  }

  /**
   * Opens the lines that begin in a part of a file.
   *
   * @param from the offset of the part's first byte; 0 for a compressed file
   * @param to the offset after its last byte; {@link Long#MAX_VALUE} for all
   */
  public static Lines open(String name, long from, long to) throws IOException {
    Path path = new Path(name);
    FSDataInputStream file = path.getFileSystem().open(path);
    if (isPacked(name)) {
      return new Lines(
          new GZIPInputStream(new BufferedInputStream(file, BUFFER_BYTES), BUFFER_BYTES), 0, to);
    }
    if (from == 0) {
      return new Lines(file, 0, to);
    }
    // A line that begins earlier belongs to the previous part.
    file.seek(from - 1);
    Lines lines = new Lines(file, from - 1, to);
    lines.skipLine();
    return lines;
  }

  /** Opens all lines of a file. */
  public static Lines open(String file) throws IOException {
    return open(file, 0, Long.MAX_VALUE);
  }

  /** Returns true if a file is compressed, by its name, and so can only be read as a whole. */
  public static boolean isPacked(String file) {
    return file.endsWith(GZIP);
  }

  /** Returns true if a line contains only white space. */
  public static boolean isBlank(byte[] line) {
    for (byte each : line) {
      if (each > ' ' || each < 0) {
        return false;
      }
    }
    return true;
  }

  /** The offset in the file at which the next line begins. */
  public long position() {
    return bufferFrom + at;
  }

  /** The next line without its line end, or null after the last line that begins in the part. */
  public byte[] next() throws IOException {
    if (position() >= to || !fill()) {
      return null;
    }
    readLine();
    int end = lineLength > 0 && line[lineLength - 1] == '\r' ? lineLength - 1 : lineLength;
    return Arrays.copyOf(line, end);
  }

  private void skipLine() throws IOException {
    if (fill()) {
      readLine();
    }
  }

  private void readLine() throws IOException {
    lineLength = 0;
    while (fill()) {
      int end = at;
      while (end < length && buffer[end] != '\n') {
        end++;
      }
      append(end);
      boolean complete = end < length;
      at = complete ? end + 1 : end;
      if (complete) {
        return;
      }
    }
  }

  private void append(int end) {
    int more = end - at;
    if (lineLength + more > line.length) {
      line = Arrays.copyOf(line, Math.max(2 * line.length, lineLength + more));
    }
    System.arraycopy(buffer, at, line, lineLength, more);
    lineLength += more;
  }

  /** Returns true if there is a byte to read. */
  private boolean fill() throws IOException {
    if (at < length) {
      return true;
    }
    bufferFrom += length;
    at = 0;
    length = Math.max(0, input.read(buffer));
    return length > 0;
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}
