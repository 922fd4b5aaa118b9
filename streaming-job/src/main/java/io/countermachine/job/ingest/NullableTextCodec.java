package io.countermachine.job.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Texts, or null, as their length and a byte for each character, or two where one needs them. So
 * any text comes back as it was, halves of surrogate pairs included; of those with a byte for each
 * character nothing is made but the text itself. Not safe for use by several threads.
 */
final class NullableTextCodec {
  private static final int NULL = -1;

  /** A text with two bytes a character has this less its length in place of the length. */
  private static final int EMPTY_WIDE = -2;

  /** A joined key of the greatest length is not longer; ids may be. */
  private static final int KEPT_CHARACTERS = 2048;

  private final byte[] kept = new byte[KEPT_CHARACTERS];

  void write(String text, DataOutputView target) throws IOException {
    if (text == null) {
      target.writeInt(NULL);
      return;
    }
    int length = text.length();
    byte[] bytes = bytes(length);
    int narrow = 0;
    for (; narrow < length; narrow++) {
      char c = text.charAt(narrow);
      if (c > 0xFF) {
        break;
      }
      bytes[narrow] = (byte) c;
    }
    if (narrow == length) {
      target.writeInt(length);
      target.write(bytes, 0, length);
    } else {
      target.writeInt(EMPTY_WIDE - length);
      target.writeChars(text);
    }
  }

  String read(DataInputView source) throws IOException {
    int form = source.readInt();
    if (form == NULL) {
      return null;
    }
    if (form >= 0) {
      byte[] bytes = bytes(form);
      source.readFully(bytes, 0, form);
      return new String(bytes, 0, form, ISO_8859_1);
    }
    char[] wide = new char[EMPTY_WIDE - form];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = source.readChar();
    }
    return new String(wide);
  }

  private byte[] bytes(int length) {
    return length <= KEPT_CHARACTERS ? kept : new byte[length];
  }
}
