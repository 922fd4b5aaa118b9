package io.countermachine.local.torture;

import io.countermachine.local.Recomputation;
import io.countermachine.local.torture.Items.Item;
import io.countermachine.local.torture.Truth.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares the table and the dead letters with what the events add up to. */
final class Comparison {
  private static final double TOLERANCE = 1e-9;

  /** How many states back an item is looked for among those that were once right. */
  private static final int STATES_BACK = 300;

  /** What is wrong, as the report counts it. */
  enum Kind {
    LOST,
    DOUBLE,
    STALE
  }

  /**
   * One difference.
   *
   * @param what which key or place, what was found and what was expected
   * @param sentMillis when the newest event concerned was sent, epoch milliseconds; 0 for none
   */
  record Difference(Kind kind, String what, long sentMillis) {}

  /**
   * What was found.
   *
   * @param repeatedLetters dead letters that came more than once, as at-least-once allows
   */
  record Result(
      long items,
      long events,
      long deadLetters,
      long repeatedLetters,
      List<Difference> differences) {
    long count(Kind kind) {
      return differences.stream().filter(each -> each.kind() == kind).count();
    }
  }

  private final Truth truth;
  private final List<Difference> differences = new ArrayList<>();

  private Comparison(Truth truth) {
    this.truth = truth;
  }

  static Result compare(
      Truth truth, Map<Recomputation.Key, Item> items, List<DeadLetters> letters) {
    Comparison comparison = new Comparison(truth);
    truth.keys().forEach(key -> comparison.compare(key, items.get(key)));
    for (Recomputation.Key key : items.keySet()) {
      if (!truth.has(key)) {
        comparison.add(Kind.DOUBLE, "%s: no event has this key".formatted(name(key)), 0);
      }
    }
    long distinct = comparison.compareLetters(letters);
    return new Result(
        items.size(),
        truth.size(),
        distinct,
        letters.size() - distinct,
        List.copyOf(comparison.differences));
  }

  private void add(Kind kind, String what, long sentMillis) {
    differences.add(new Difference(kind, what, sentMillis));
  }

  private static String name(Recomputation.Key key) {
    return key.group() + " " + key.key();
  }

  private void compare(Recomputation.Key key, Item found) {
    int events = truth.events(key);
    Item expected = truth.item(key, events);
    if (found == null) {
      add(Kind.LOST, "%s: no item, expected %s".formatted(name(key), expected), truth.sent(key));
    } else if (!same(found, expected)) {
      String what =
          "%s: the item is %s, expected %s after %d events"
              .formatted(name(key), found, expected, events);
      add(kind(key, found, expected), what, truth.sent(key));
    }
  }

  private Kind kind(Recomputation.Key key, Item found, Item expected) {
    int events = truth.events(key);
    for (int first = events - 1; first > Math.max(0, events - STATES_BACK); first--) {
      if (same(found, truth.item(key, first))) {
        return Kind.STALE;
      }
    }
    return exceeds(found, expected) ? Kind.DOUBLE : Kind.LOST;
  }

  private static boolean same(Item found, Item expected) {
    return found.lastUpdateMillis() == expected.lastUpdateMillis()
        && found.expires() == expected.expires()
        && found.isWithin(expected)
        && expected.values().entrySet().stream()
            .allMatch(
                measure ->
                    measure.getValue().entrySet().stream()
                        .allMatch(
                            value ->
                                close(
                                    found.value(measure.getKey(), value.getKey()),
                                    value.getValue())));
  }

  private static boolean close(double found, double expected) {
    return Math.abs(found - expected) <= TOLERANCE * Math.abs(expected);
  }

  private static boolean exceeds(Item found, Item expected) {
    if (!found.isWithin(expected) || (found.expires() && !expected.expires())) {
      return true;
    }
    return found.values().entrySet().stream()
        .anyMatch(
            measure ->
                measure.getValue().entrySet().stream()
                    .anyMatch(
                        value -> {
                          double right = expected.value(measure.getKey(), value.getKey());
                          return value.getValue() > right * (1 + TOLERANCE);
                        }));
  }

  private long compareLetters(List<DeadLetters> letters) {
    Set<Place> found = new HashSet<>();
    for (DeadLetters letter : letters) {
      found.add(letter.source());
      Recomputation.Outcome expected = truth.deadLetters().get(letter.source());
      if (expected == null) {
        add(
            Kind.DOUBLE,
            "%s: a dead letter (%s) of a record that counts"
                .formatted(letter.source(), letter.reason()),
            0);
      } else if (!expected.reason().equals(letter.reason())) {
        add(
            Kind.DOUBLE,
            "%s: a dead letter for %s, expected %s"
                .formatted(letter.source(), letter.reason(), expected.reason()),
            0);
      } else if (!Arrays.equals(expected.line(), letter.value())) {
        add(
            Kind.DOUBLE,
            "%s: the dead letter's bytes are not the record's".formatted(letter.source()),
            0);
      }
    }
    truth
        .deadLetters()
        .forEach(
            (place, expected) -> {
              if (!found.contains(place)) {
                add(
                    Kind.LOST,
                    "%s: no dead letter, expected %s".formatted(place, expected.reason()),
                    0);
              }
            });
    return found.size();
  }
}
