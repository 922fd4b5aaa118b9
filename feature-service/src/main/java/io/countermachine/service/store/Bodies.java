package io.countermachine.service.store;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;
import software.amazon.awssdk.core.exception.Crc32MismatchException;

/** The bodies of one call: the request's as written, the answer's as it comes in. */
final class Bodies {
  private static final int FIRST_BYTES = 1 << 15;

  /** BatchGetItem answers no more than 16 MB. */
  private static final int MOST_BYTES = 1 << 24;

  private static final byte[] NOTHING = {'{', '}'};

  private final byte[] request;
  private byte[] answer = new byte[0];
  private int answerLength;
  private Long expectedCrc32;

  Bodies(byte[] request) {
    this.request = request;
  }

  byte[] request() {
    return request;
  }

  /** The answer's bytes, up to {@link #answerLength()}. */
  byte[] answer() {
    return answer;
  }

  int answerLength() {
    return answerLength;
  }

  /**
   * Begins anew, as for another attempt.
   *
   * @param bytes how long the answer says that it is, or 0
   */
  void restart(int bytes) {
    answerLength = 0;
    if (answer.length < bytes) {
      answer = new byte[Math.min(bytes, MOST_BYTES)];
    }
  }

  /** Takes a piece of the answer, and gives what the SDK is to read in its place. */
  ByteBuffer take(ByteBuffer piece) {
    boolean first = answerLength == 0;
    int length = piece.remaining();
    if (answerLength + length > answer.length) {
      answer =
          Arrays.copyOf(
              answer, Math.max(Math.max(FIRST_BYTES, answer.length * 2), answerLength + length));
    }
    piece.get(answer, answerLength, length);
    answerLength += length;
    return ByteBuffer.wrap(NOTHING, 0, first ? NOTHING.length : 0);
  }

  /**
   * Notes the checksum that the answer's header gives.
   *
   * @param crc32 the checksum, or null where there is none
   */
  void expectCrc32(Long crc32) {
    this.expectedCrc32 = crc32;
  }

  /**
   * Checks the whole answer, as the SDK does for a body that it reads itself.
   *
   * @throws Crc32MismatchException where it is damaged
   */
  void requireIntact() {
    if (expectedCrc32 == null) {
      return;
    }
    CRC32 crc = new CRC32();
    crc.update(answer, 0, answerLength);
    if (crc.getValue() != expectedCrc32) {
      throw Crc32MismatchException.builder()
          .message("the answer's CRC32 is %d, not %d".formatted(crc.getValue(), expectedCrc32))
          .build();
    }
  }
}
