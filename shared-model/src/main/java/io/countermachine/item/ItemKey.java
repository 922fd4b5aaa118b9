package io.countermachine.item;

import io.countermachine.catalog.Group;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The key of one stored item.
 *
 * @param group the group's name, the table's sort key
 * @param key the key fields' values joined with {@code |}, the table's partition key
 */
public record ItemKey(String group, String key) {
  /** DynamoDB's maximum length of a partition key, in bytes of UTF-8. */
  public static final int MAX_KEY_BYTES = 2048;

  /** The only key of a group without key fields, which counts everything. */
  public static final String EVERYTHING = "*";

  /** The key of a group's item for these values of {@link Group#keyFields()}. */
  public static ItemKey of(Group group, String... values) {
    return new ItemKey(group.name(), join(values));
  }

  /**
   * Joins values with {@code |}; {@code \} and {@code |} inside a value are escaped with {@code \}.
   * Without values, the result is {@link #EVERYTHING}.
   */
  public static String join(String... values) {
    if (values.length == 1 && isPlain(values[0])) {
      return values[0];
    }
    if (values.length == 0) {
      return EVERYTHING;
    }
    StringBuilder joined = new StringBuilder();
    for (int i = 0; i < values.length; i++) {
      if (i > 0) {
        joined.append('|');
      }
      appendEscaped(joined, values[i]);
    }
    return joined.toString();
  }

  /** The number of values in a joined key, from the {@code |} that are not escaped. */
  public static int parts(String key) {
    int parts = 1;
    for (int i = 0; i < key.length(); i++) {
      if (key.charAt(i) == '\\') {
        i++;
      } else if (key.charAt(i) == '|') {
        parts++;
      }
    }
    return parts;
  }

  /** The values of a key that {@link #join} has made from one or more. */
  public static List<String> split(String key) {
    if (isPlain(key)) {
      return List.of(key);
    }
    List<String> values = new ArrayList<>();
    StringBuilder value = new StringBuilder();
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      if (c == '|') {
        values.add(value.toString());
        value.setLength(0);
      } else {
        value.append(c == '\\' && i + 1 < key.length() ? key.charAt(++i) : c);
      }
    }
    values.add(value.toString());
    return List.copyOf(values);
  }

  /** Returns true if a joined key is at most {@link #MAX_KEY_BYTES} long. */
  public static boolean fits(String key) {
    return fits(key, MAX_KEY_BYTES);
  }

  /** Returns true if a joined key is at most that many bytes of UTF-8 long. */
  public static boolean fits(String key, int mostBytes) {
    return key.length() <= mostBytes / 3
        || (key.length() <= mostBytes && key.getBytes(StandardCharsets.UTF_8).length <= mostBytes);
  }

  private static void appendEscaped(StringBuilder joined, String value) {
    if (isPlain(value)) {
      joined.append(value);
      return;
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\\' || c == '|') {
        joined.append('\\');
      }
      joined.append(c);
    }
  }

  private static boolean isPlain(String value) {
    return value.indexOf('\\') < 0 && value.indexOf('|') < 0;
  }
}
