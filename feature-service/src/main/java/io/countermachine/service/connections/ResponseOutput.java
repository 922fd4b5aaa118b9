package io.countermachine.service.connections;

import java.io.IOException;
import java.io.OutputStream;
import java.util.function.LongSupplier;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Writes responses to callers, and limits how long they may take to read them: a response holds its
 * memory and its places until it is written.
 *
 * <p>A response is written in pieces, and the time is checked between them. Tomcat itself aborts a
 * write that makes no progress for {@code server.tomcat.connection-timeout}. A response therefore
 * takes at most the sum of both limits.
 */
@Component
public final class ResponseOutput {
  private static final int PIECE_BYTES = 8_192;

  private final long mostNanos;
  private final LongSupplier nanoTime;

  @Autowired
  public ResponseOutput(CallerProperties properties) {
    this(properties, System::nanoTime);
  }

  ResponseOutput(CallerProperties properties, LongSupplier nanoTime) {
    this.mostNanos = properties.answerTimeout().toNanos();
    this.nanoTime = nanoTime;
  }

  /** Writes a part of a response. */
  @FunctionalInterface
  public interface Piece {
    /** Writes {@code length} bytes, starting at index {@code from}. */
    void writeTo(OutputStream out, int from, int length) throws IOException;
  }

  /**
   * Writes a whole response.
   *
   * @throws SlowReaderException if the caller does not read it in time
   */
  public void write(int size, Piece answer, OutputStream out) throws IOException {
    long begin = nanoTime.getAsLong();
    for (int from = 0; from < size; from += PIECE_BYTES) {
      if (nanoTime.getAsLong() - begin > mostNanos) {
        throw new SlowReaderException(from, size);
      }
      answer.writeTo(out, from, Math.min(PIECE_BYTES, size - from));
    }
  }
}
