package io.countermachine.job.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Writes texts, or null, as the length and a byte per character, or two if any character needs
 * them. So any text is restored exactly, including unpaired surrogates. For texts with one byte per
 * character, no object is created except the text itself. Not thread-safe.
 */
final class NullableTextCodec {
  private static final int NULL = -1;

  /** For texts with two bytes per character, this number minus the length replaces the length. */
  private static final int EMPTY_WIDE = -2;

  /** The buffer size that is kept. A joined key of the maximum length fits; ids may be longer. */
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
