package io.countermachine.catalog;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Finds the probable place of a field that is not at its expected place in a record. */
public final class NearestPlace {
  private NearestPlace() {}

  /**
   * The path that was probably meant. In this order: the same names divided otherwise ({@code
   * item.id} for one name with a dot), or spelled otherwise ({@code user_id} for {@code userId}); a
   * similar name beside it; the same names at another depth ({@code properties.postId} for {@code
   * postId}).
   *
   * @param expected the path that the catalog gives
   * @param present paths of fields in the record that have no other meaning
   */
  public static Optional<List<String>> of(List<String> expected, Collection<List<String>> present) {
    String dotted = String.join(".", expected);
    String plain = plain(expected);
    return first(present, path -> String.join(".", path).equals(dotted))
        .or(() -> first(present, path -> plain(path).equals(plain)))
        .or(() -> besides(expected, present))
        .or(() -> first(present, path -> endsLike(path, expected) || endsLike(expected, path)));
  }

  private static Optional<List<String>> first(
      Collection<List<String>> present, Predicate<List<String>> condition) {
    return present.stream().filter(condition).findFirst();
  }

  /** Only the letters and digits, in lower case. */
  private static String plain(List<String> path) {
    return String.join("", path).replaceAll("[^\\p{L}\\p{N}]", "").toLowerCase(Locale.ROOT);
  }

  private static Optional<List<String>> besides(
      List<String> expected, Collection<List<String>> present) {
    int last = expected.size() - 1;
    Map<String, List<String>> names =
        present.stream()
            .filter(path -> path.size() == expected.size())
            .filter(path -> path.subList(0, last).equals(expected.subList(0, last)))
            .collect(
                Collectors.toMap(
                    path -> path.get(last),
                    Function.identity(),
                    (one, other) -> one,
                    LinkedHashMap::new));
    return Suggestions.nearest(expected.get(last), names.keySet()).map(names::get);
  }

  private static boolean endsLike(List<String> longer, List<String> shorter) {
    int more = longer.size() - shorter.size();
    return more > 0 && plain(longer.subList(more, longer.size())).equals(plain(shorter));
  }
}
