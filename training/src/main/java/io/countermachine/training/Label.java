package io.countermachine.training;

import io.countermachine.catalog.Durations;
import java.io.Serializable;
import java.util.List;

/**
 * What a row is to be taught: whether an event followed it.
 *
 * @param name the column's name
 * @param event the name of an event of the catalog, which may be a derived one
 * @param by the fields that the event and the row have in common; empty for all key fields of the
 *     row's features
 * @param withinMillis how long after the row's instant the event counts, that instant and the end
 *     included
 */
public record Label(String name, String event, List<String> by, long withinMillis)
    implements Serializable {
  private static final String EXPECTED =
      "expected [NAME=]EVENT:within=DURATION[:by=FIELD,…], such as like:within=1h";

  public Label {
    by = List.copyOf(by);
  }

  /**
   * Reads {@code [NAME=]EVENT:within=DURATION[:by=FIELD,…]}.
   *
   * @throws IllegalArgumentException with what is wrong
   */
  public static Label parse(String text) {
    String[] parts = text.split(":", -1);
    int equals = parts[0].indexOf('=');
    String event = parts[0].substring(equals + 1);
    String name = equals < 0 ? event : parts[0].substring(0, equals);
    if (name.isBlank() || event.isBlank()) {
      throw wrong(text, EXPECTED);
    }
    long within = -1;
    List<String> by = List.of();
    for (int i = 1; i < parts.length; i++) {
      if (parts[i].startsWith("within=")) {
        within = within(text, parts[i].substring("within=".length()));
      } else if (parts[i].startsWith("by=")) {
        by = List.of(parts[i].substring("by=".length()).split(",", -1));
      } else {
        throw wrong(text, EXPECTED);
      }
    }
    if (within < 0) {
      throw wrong(text, "within is missing; " + EXPECTED);
    }
    return new Label(name, event, by, within);
  }

  private static long within(String text, String duration) {
    return Durations.parse(duration)
        .orElseThrow(() -> wrong(text, "\"%s\" is no duration such as 1h".formatted(duration)))
        .toMillis();
  }

  private static IllegalArgumentException wrong(String text, String what) {
    return new IllegalArgumentException("--label %s: %s".formatted(text, what));
  }

  /** The same with these fields where it names none. */
  Label by(List<String> fields) {
    return by.isEmpty() ? new Label(name, event, fields, withinMillis) : this;
  }
}
