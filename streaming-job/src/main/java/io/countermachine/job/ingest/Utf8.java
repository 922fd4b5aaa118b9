package io.countermachine.job.ingest;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Checks of text as bytes. */
final class Utf8 {
  private Utf8() {}

  /** Returns true if the bytes are well-formed UTF-8. */
  static boolean isValid(byte[] bytes) {
    for (byte b : bytes) {
      if (b < 0) {
        return isDecodable(bytes);
      }
    }
    return true;
  }

  private static boolean isDecodable(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
