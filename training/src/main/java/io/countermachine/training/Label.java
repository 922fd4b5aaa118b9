package io.countermachine.training;

import io.countermachine.catalog.Durations;
import java.io.Serializable;
import java.util.List;

/**
 * What a model learns about a row: whether an event followed it.
 *
 * @param name the column's name
 * @param event the name of an event of the catalog; it may be a derived event
 * @param by the fields in which the event and the row must agree; empty for all key fields of the
 *     row's features
 * @param withinMillis how long after the row's instant the event counts, in milliseconds, with both
 *     ends included
 */
public record Label(String name, String event, List<String> by, long withinMillis)
    implements Serializable {
  private static final String EXPECTED =
      "expected [NAME=]EVENT:within=DURATION[:by=FIELD,…], such as like:within=1h";

  public Label {
    by = List.copyOf(by);
  }

  /**
   * Parses {@code [NAME=]EVENT:within=DURATION[:by=FIELD,…]}.
   *
   * @throws IllegalArgumentException with the fault
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
        .orElseThrow(() -> wrong(text, "\"%s\" is not a duration such as 1h".formatted(duration)))
        .toMillis();
  }

  private static IllegalArgumentException wrong(String text, String what) {
    return new IllegalArgumentException("--label %s: %s".formatted(text, what));
  }

  /** This label; if it names no fields, with these fields. */
  Label by(List<String> fields) {
    return by.isEmpty() ? new Label(name, event, fields, withinMillis) : this;
  }
}
