package io.countermachine.service.store.dynamodb;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;
import software.amazon.awssdk.core.exception.Crc32MismatchException;

/** The body of an answer, as it comes in. */
final class ResponseBody {
  private static final int FIRST_BYTES = 1 << 15;

  /** BatchGetItem answers no more than 16 MB. */
  private static final int MOST_BYTES = 1 << 24;

  private static final byte[] NOTHING = {'{', '}'};

  private final Long expectedCrc32;
  private byte[] bytes;
  private int length;

  ResponseBody(int announcedBytes, Long crc32) {
    this.bytes = new byte[Math.max(0, Math.min(announcedBytes, MOST_BYTES))];
    this.expectedCrc32 = crc32;
  }

  /** The body, up to {@link #length()}. */
  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** Takes a piece, and gives what the SDK is to read in its place. */
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
   * Checks the whole body, as the SDK does for one that it reads itself.
   *
   * @throws Crc32MismatchException where it is damaged
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
