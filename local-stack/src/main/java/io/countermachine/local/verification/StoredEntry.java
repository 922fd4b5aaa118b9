package io.countermachine.local.verification;

import io.countermachine.local.verification.ExpectedValues.Entry;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One entry of a list, a first or a last, as in an item or a response.
 *
 * @param fields by name, String or BigDecimal; without those that the event lacked
 */
public record StoredEntry(long atMillis, Map<String, Object> fields) {
  /**
   * Returns true if an entry with these field names equals this one. An event's integer stays an
   * integer: 5 is not 5.0. Conversely, a table stores 5.0 as 5.
   */
  public boolean is(Entry expected, List<String> names) {
    int present = 0;
    for (int i = 0; i < names.size(); i++) {
      Object value = expected.fields().get(i);
      present += value == null ? 0 : 1;
      if (!isSame(value, fields.get(names.get(i)))) {
        return false;
      }
    }
    return atMillis == expected.atMillis() && present == fields.size();
  }

  private static boolean isSame(Object expected, Object found) {
    if (expected instanceof Number number && found instanceof BigDecimal decimal) {
      return new BigDecimal(number.toString()).compareTo(decimal) == 0
          && (number instanceof Double || decimal.scale() <= 0);
    }
    return Objects.equals(expected, found);
  }

  /** Returns true if the entries equal the expected ones, in order. */
  public static boolean areAll(List<StoredEntry> found, List<Entry> expected, List<String> names) {
    if (found.size() != expected.size()) {
      return false;
    }
    for (int i = 0; i < found.size(); i++) {
      if (!found.get(i).is(expected.get(i), names)) {
        return false;
      }
    }
    return true;
  }
}
