package io.countermachine.measure;

/** The texts of events that items can hold: labels, and fields of entries. */
public final class StorableText {
  /** The maximum length in bytes of UTF-8. */
  public static final int MOST_BYTES = 256;

  private static final int LAST_OF_ONE_BYTE = 0x7F;
  private static final int LAST_OF_TWO_BYTES = 0x7FF;

  private StorableText() {}

  /**
   * Returns true if a text can be encoded in UTF-8, which excludes unpaired surrogates, in at most
   * {@link #MOST_BYTES}.
   */
  public static boolean fits(String text) {
    int bytes = 0;
    for (int i = 0; i < text.length() && bytes <= MOST_BYTES; i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        bytes += c <= LAST_OF_ONE_BYTE ? 1 : c <= LAST_OF_TWO_BYTES ? 2 : 3;
      } else if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
        bytes += 4;
      } else {
        return false;
      }
    }
    return bytes <= MOST_BYTES;
  }
}
