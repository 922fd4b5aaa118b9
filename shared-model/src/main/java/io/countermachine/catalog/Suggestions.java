package io.countermachine.catalog;

import java.util.Collection;

/** Says what would have been right in place of an unknown name. */
final class Suggestions {
  private Suggestions() {}

  /** {@code did you mean "like"?} where a name is near, and all names otherwise. */
  static String of(String unknown, Collection<String> known) {
    String nearest = null;
    int nearestDistance = Math.max(1, unknown.length() / 3) + 1;
    for (String name : known) {
      int distance = distance(unknown, name);
      if (distance < nearestDistance) {
        nearest = name;
        nearestDistance = distance;
      }
    }
    return nearest != null
        ? "did you mean \"" + nearest + "\"?"
        : "known are " + String.join(", ", known);
  }

  /** Levenshtein distance: how many characters differ. */
  private static int distance(String one, String other) {
    int[] previous = new int[other.length() + 1];
    for (int j = 0; j < previous.length; j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int[] current = new int[previous.length];
      current[0] = i;
      for (int j = 1; j < current.length; j++) {
        int change = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
        current[j] = Math.min(previous[j - 1] + change, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[other.length()];
  }
}
