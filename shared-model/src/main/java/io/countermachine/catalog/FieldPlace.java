package io.countermachine.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The place of a field in a record.
 *
 * @param path the names of the enclosing objects and, last, of the field; a single name if the
 *     field is at the top level
 * @param absent texts that count as no value
 */
public record FieldPlace(List<String> path, List<String> absent) {
  public FieldPlace {
    path = List.copyOf(path);
    absent = List.copyOf(absent);
  }

  /** The place of a field that the catalog does not move: at the top level, under its own name. */
  public static FieldPlace named(String name) {
    return new FieldPlace(List.of(name), List.of());
  }

  /**
   * Parses a path: names with dots between them, where {@code \.} is a dot in a name and {@code \\}
   * a backslash. Empty if a name is empty or there is another escape.
   */
  public static Optional<List<String>> parsePath(String text) {
    List<String> path = new ArrayList<>();
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
        if (i == text.length() || (text.charAt(i) != '.' && text.charAt(i) != '\\')) {
          return Optional.empty();
        }
        name.append(text.charAt(i));
      } else if (c == '.') {
        path.add(name.toString());
        name.setLength(0);
      } else {
        name.append(c);
      }
    }
    path.add(name.toString());
    return path.stream().anyMatch(String::isBlank) ? Optional.empty() : Optional.of(path);
  }

  /** The field as people find it in a record: {@code userId}, or {@code "user.id" (userId)}. */
  public String told(String name) {
    return path.equals(List.of(name)) ? name : "\"%s\" (%s)".formatted(this, name);
  }

  /** The place in the catalog's notation. */
  @Override
  public String toString() {
    return String.join(
        ".", path.stream().map(name -> name.replace("\\", "\\\\").replace(".", "\\.")).toList());
  }
}
