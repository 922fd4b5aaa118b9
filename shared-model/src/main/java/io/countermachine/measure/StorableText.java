package io.countermachine.measure;

/** Texts of events that items can hold: labels, and fields of entries. */
public final class StorableText {
  /** The longest one in bytes of UTF-8. */
  public static final int MOST_BYTES = 256;

  private static final int LAST_OF_ONE_BYTE = 0x7F;
  private static final int LAST_OF_TWO_BYTES = 0x7FF;

  private StorableText() {}

  /**
   * Whether a text has a form in UTF-8, which half of a surrogate pair has not, and takes at most
   * {@link #MOST_BYTES} there.
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
