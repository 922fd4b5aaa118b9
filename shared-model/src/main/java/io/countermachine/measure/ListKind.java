package io.countermachine.measure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The newest events, with some of their fields. */
final class ListKind extends EntriesKind {
  static final String ID = "LIST";
  private static final long serialVersionUID = 1L;
  private static final Pattern SPECIAL = Pattern.compile("[\\\\,]");

  private final int keep;
  private final long withinMillis;
  private final List<String> fields;

  /** The fields, and the distinct one if it is not among them. */
  private final List<String> kept;

  private final int distinct;

  ListKind(List<String> fields, int keep, long withinMillis, Optional<String> distinct) {
    super(ID, parameters(fields, keep, withinMillis, distinct));
    if (keep < 1 || withinMillis < 0) {
      throw new IllegalArgumentException(
          "a list keeps 1 entry or more, for ever or for a time; was %d within %d ms"
              .formatted(keep, withinMillis));
    }
    if (fields.isEmpty() || new HashSet<>(fields).size() < fields.size()) {
      throw new IllegalArgumentException(
          "a list has one field or more, which differ; was " + fields);
    }
    this.fields = List.copyOf(fields);
    this.keep = keep;
    this.withinMillis = withinMillis;
    List<String> all = new ArrayList<>(fields);
    distinct.filter(field -> !fields.contains(field)).ifPresent(all::add);
    this.kept = List.copyOf(all);
    this.distinct = distinct.map(all::indexOf).orElse(-1);
  }

  private static String parameters(
      List<String> fields, int keep, long withinMillis, Optional<String> distinct) {
    return Stream.concat(
            Stream.of(Integer.toString(keep), Long.toString(withinMillis), distinct.orElse("")),
            fields.stream())
        .map(part -> SPECIAL.matcher(part).replaceAll("\\\\$0"))
        .collect(Collectors.joining(","));
  }

  /** The kind with the stored parameters: keep, within, distinct and all fields. */
  static ListKind of(String parameters) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    for (int i = 0; i < parameters.length(); i++) {
      char next = parameters.charAt(i);
      if (next == ',') {
        parts.add(part.toString());
        part.setLength(0);
      } else {
        part.append(next == '\\' ? parameters.charAt(++i) : next);
      }
    }
    parts.add(part.toString());
    return new ListKind(
        parts.subList(3, parts.size()),
        Integer.parseInt(parts.get(0)),
        Long.parseLong(parts.get(1)),
        Optional.of(parts.get(2)).filter(field -> !field.isEmpty()));
  }

  @Override
  int most() {
    return keep;
  }

  @Override
  Comparator<TimedEntry> order() {
    return TimedEntry.NEWEST_FIRST;
  }

  @Override
  int distinct() {
    return distinct;
  }

  @Override
  boolean acceptsFields(Object[] values) {
    return distinct < 0 || isDistinct(values[distinct]);
  }

  /** A text, or an integer as its decimal text. */
  private static boolean isDistinct(Object value) {
    return value instanceof Long || (value instanceof String text && !text.isEmpty());
  }

  @Override
  public List<String> occurrenceFields() {
    return kept;
  }

  @Override
  public List<String> fields() {
    return fields;
  }

  @Override
  public Optional<String> distinctField() {
    return distinct < 0 ? Optional.empty() : Optional.of(kept.get(distinct));
  }

  @Override
  public long withinMillis() {
    return withinMillis;
  }

  @Override
  public Form form() {
    return Form.LIST;
  }
}
