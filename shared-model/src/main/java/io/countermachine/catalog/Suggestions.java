package io.countermachine.catalog;

import java.util.Collection;
import java.util.Optional;

/** Suggests known names for an unknown one. */
public final class Suggestions {
  private static final int LEAST_PREFIX = 3;

  private Suggestions() {}

  /** {@code did you mean "like"?} if a name is similar, and all names otherwise. */
  public static String of(String unknown, Collection<String> known) {
    return nearest(unknown, known)
        .map(name -> "did you mean \"" + name + "\"?")
        .orElseGet(() -> "known: " + String.join(", ", known));
  }

  /**
   * The name that was probably meant: one that differs in few letters or in case, or has a common
   * beginning.
   */
  public static Optional<String> nearest(String unknown, Collection<String> known) {
    String nearest = null;
    int nearestDistance = Math.max(1, unknown.length() / 3) + 1;
    for (String name : known) {
      int distance = name.equalsIgnoreCase(unknown) ? 0 : distance(unknown, name);
      if (distance < nearestDistance) {
        nearest = name;
        nearestDistance = distance;
      }
    }
    return nearest != null
        ? Optional.of(nearest)
        : known.stream().filter(name -> beginsLike(unknown, name)).findFirst();
  }

  /** Returns true if one is the beginning of the other, like {@code post} and {@code postId}. */
  private static boolean beginsLike(String one, String other) {
    return Math.min(one.length(), other.length()) >= LEAST_PREFIX
        && (other.startsWith(one) || one.startsWith(other));
  }

  /** The number of characters that are different, missing, additional or transposed. */
  private static int distance(String one, String other) {
    int[] beforePrevious = new int[other.length() + 1];
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
        if (i > 1
            && j > 1
            && one.charAt(i - 1) == other.charAt(j - 2)
            && one.charAt(i - 2) == other.charAt(j - 1)) {
          current[j] = Math.min(current[j], beforePrevious[j - 2] + 1);
        }
      }
      beforePrevious = previous;
      previous = current;
    }
    return previous[other.length()];
  }
}
