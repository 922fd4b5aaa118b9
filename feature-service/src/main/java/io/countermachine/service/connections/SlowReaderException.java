package io.countermachine.service.connections;

import java.io.IOException;

/** The caller read its response too slowly. */
public final class SlowReaderException extends IOException {
  private static final long serialVersionUID = 1L;

  SlowReaderException(int written, int size) {
    super("the caller read %d of %d bytes within its time limit".formatted(written, size));
  }
}
