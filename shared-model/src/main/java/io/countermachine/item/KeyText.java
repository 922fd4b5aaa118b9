package io.countermachine.item;

/** What a key field's value contributes to a key: the same in events and in requests. */
public final class KeyText {
  private static final String MINUS_ZERO = "-0";

  private KeyText() {}

  /** The text of an integer, from its decimal digits as they stand in JSON. */
  public static String ofInteger(String digits) {
    return digits.equals(MINUS_ZERO) ? "0" : digits;
  }

  /**
   * Whether a text has a form in UTF-8, and so one in the table: half of a surrogate pair has none.
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
