package io.countermachine.item;

/** The text that a key field's value contributes to a key, the same for events and requests. */
public final class KeyText {
  private static final String MINUS_ZERO = "-0";

  private KeyText() {}

  /** The text of an integer, from its decimal digits as written in JSON. */
  public static String ofInteger(String digits) {
    return digits.equals(MINUS_ZERO) ? "0" : digits;
  }

  /**
   * Returns true if a text can be encoded in UTF-8, and so be stored in the table. A text with an
   * unpaired surrogate cannot.
   */
  public static boolean isEncodable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return false;
      }
    }
    return true;
  }
}
