package io.countermachine.service.connections;

import java.io.IOException;

/** A caller read its answer more slowly than it may. */
public final class SlowReaderException extends IOException {
  private static final long serialVersionUID = 1L;

  SlowReaderException(int written, int size) {
    super("the caller has taken %d of %d bytes in the time that it has".formatted(written, size));
  }
}
