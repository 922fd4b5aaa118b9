package io.countermachine.service.store.dynamodb;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;
import software.amazon.awssdk.core.exception.Crc32MismatchException;

/** The body of a response while it arrives. */
final class ResponseBody {
  private static final int FIRST_BYTES = 1 << 15;

  /** A BatchGetItem response has at most 16 MB. */
  private static final int MOST_BYTES = 1 << 24;

  private static final byte[] NOTHING = {'{', '}'};

  private final Long expectedCrc32;
  private byte[] bytes;
  private int length;

  ResponseBody(int announcedBytes, Long crc32) {
    this.bytes = new byte[Math.max(0, Math.min(announcedBytes, MOST_BYTES))];
    this.expectedCrc32 = crc32;
  }

  /** The buffer with the body; only the first {@link #length()} bytes are valid. */
  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** Takes a piece of the body, and returns what the SDK reads instead of it. */
  ByteBuffer take(ByteBuffer piece) {
    boolean first = length == 0;
    int more = piece.remaining();
    if (length + more > bytes.length) {
      bytes =
          Arrays.copyOf(bytes, Math.max(Math.max(FIRST_BYTES, bytes.length * 2), length + more));
    }
    piece.get(bytes, length, more);
    length += more;
    return ByteBuffer.wrap(NOTHING, 0, first ? NOTHING.length : 0);
  }

  /**
   * Verifies the checksum of the whole body, as the SDK does for a body that it reads itself.
   *
   * @throws Crc32MismatchException if the body is damaged
   */
  void requireIntact() {
    if (expectedCrc32 == null) {
      return;
    }
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    if (crc.getValue() != expectedCrc32) {
      throw Crc32MismatchException.builder()
          .message("the answer's CRC32 is %d, not %d".formatted(crc.getValue(), expectedCrc32))
          .build();
    }
  }
}
