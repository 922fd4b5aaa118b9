package io.countermachine.job.derive;

import io.countermachine.item.ItemKey;
import java.util.ArrayList;
import java.util.List;

/** Keys of the stage: a verb's name, and the values of its {@code by} fields. */
final class VerbKeys {
  /** A character that no event's name contains. */
  private static final char END_OF_NAME = '\n';

  private VerbKeys() {}

  /** The key; null if the values are too long to be a key of a group, too. */
  static String join(String verb, String... by) {
    String joined = ItemKey.join(by);
    return ItemKey.fits(joined) ? verb + END_OF_NAME + joined : null;
  }

  /** The name of the verb's event. */
  static String verb(String key) {
    return key.substring(0, key.indexOf(END_OF_NAME));
  }

  /** The values of the {@code by} fields. */
  static List<String> by(String key) {
    List<String> values = new ArrayList<>();
    StringBuilder value = new StringBuilder();
    for (int i = key.indexOf(END_OF_NAME) + 1; i < key.length(); i++) {
      char c = key.charAt(i);
      if (c == '|') {
        values.add(value.toString());
        value.setLength(0);
      } else {
        value.append(c == '\\' && i + 1 < key.length() ? key.charAt(++i) : c);
      }
    }
    values.add(value.toString());
    return values;
  }
}
