package io.countermachine.service.connections;

import java.io.IOException;
import java.io.OutputStream;
import java.util.function.LongSupplier;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Writes answers to callers, which have a limited time to read them: an answer holds its memory and
 * its places until it is written.
 *
 * <p>An answer is written in pieces, and the time is looked at between them. Tomcat itself ends a
 * write that makes no progress for {@code server.tomcat.connection-timeout}, so that an answer
 * takes no longer than both together.
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

  /** Writes a part of an answer. */
  @FunctionalInterface
  public interface Piece {
    /** Writes so many bytes from an index on. */
    void writeTo(OutputStream out, int from, int length) throws IOException;
  }

  /**
   * Writes an answer whole.
   *
   * @throws SlowReaderException where the caller does not take it in time
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
