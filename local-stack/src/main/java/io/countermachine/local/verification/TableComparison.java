package io.countermachine.local.verification;

import io.countermachine.local.text.DisplayFormat;
import io.countermachine.local.verification.ExpectedState.Place;
import io.countermachine.local.verification.ExpectedState.Rejected;
import io.countermachine.local.verification.TableItems.Item;
import io.countermachine.local.verification.TopicRecords.DeadLetter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares the table and the dead letters with what the events add up to. */
public final class TableComparison {
  /**
   * An expiry in the table is rounded to a second, and the job adds the time that a change may
   * wait.
   */
  private static final Duration EXPIRY_SLACK = Duration.ofSeconds(10);

  /** How many earlier states are searched for an item that was right before. */
  private static final int STATES_BACK = 300;

  /** What is wrong, as the report counts it. */
  public enum Kind {
    LOST,
    DOUBLE,
    STALE
  }

  /**
   * One difference.
   *
   * @param what the key or position, what was found and what was expected
   * @param sentMillis when the newest event concerned was sent, epoch milliseconds; 0 for none
   */
  public record Difference(Kind kind, String what, long sentMillis) {}

  /**
   * The result of a comparison.
   *
   * @param repeatedLetters dead letters that came more than once, as at-least-once allows
   */
  public record Result(
      long items,
      long events,
      long deadLetters,
      long repeatedLetters,
      List<Difference> differences) {
    long count(Kind kind) {
      return differences.stream().filter(each -> each.kind() == kind).count();
    }
  }

  private final ExpectedState expectedState;
  private final Instant now;
  private final List<Difference> differences = new ArrayList<>();

  private TableComparison(ExpectedState expectedState, Instant now) {
    this.expectedState = expectedState;
    this.now = now;
  }

  /**
   * Compares.
   *
   * @param now the clock after the items were read
   */
  public static Result compare(
      ExpectedState expectedState,
      Map<Recomputation.Key, Item> items,
      List<DeadLetter> letters,
      Instant now) {
    TableComparison comparison = new TableComparison(expectedState, now);
    expectedState.keys().forEach(key -> comparison.compare(key, items.get(key)));
    for (Recomputation.Key key : items.keySet()) {
      if (!expectedState.has(key)) {
        comparison.add(Kind.DOUBLE, "%s: no event has this key".formatted(name(key)), 0);
      }
    }
    long distinct = comparison.compareLetters(letters);
    return new Result(
        items.size(),
        expectedState.size(),
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
    int events = expectedState.events(key);
    ExpectedItem expected = expectedState.item(key, events);
    if (found == null) {
      if (expected.earliestExpiry().filter(now::isAfter).isPresent()) {
        return;
      }
      add(
          Kind.LOST,
          "%s: no item, expected %s".formatted(name(key), expected),
          expectedState.sent(key));
    } else if (!expected.isSame(found)) {
      String what =
          "%s: the item is %s, expected %s after %s"
              .formatted(name(key), found, expected, DisplayFormat.count(events, "event"));
      add(kind(key, found, expected), what, expectedState.sent(key));
    } else if (expiresTooLate(key, found)) {
      String what = "%s: the item is kept until %s".formatted(name(key), found.expiresAt().get());
      add(Kind.DOUBLE, what, expectedState.sent(key));
    }
  }

  private boolean expiresTooLate(Recomputation.Key key, Item found) {
    return found.expiresAt().isPresent()
        && found
            .expiresAt()
            .get()
            .isAfter(now.plus(expectedState.longestRetain(key).orElseThrow()).plus(EXPIRY_SLACK));
  }

  private Kind kind(Recomputation.Key key, Item found, ExpectedItem expected) {
    int events = expectedState.events(key);
    for (int first = events - 1; first > Math.max(0, events - STATES_BACK); first--) {
      if (expectedState.item(key, first).isSame(found)) {
        return Kind.STALE;
      }
    }
    return expected.isExceededBy(found) ? Kind.DOUBLE : Kind.LOST;
  }

  private long compareLetters(List<DeadLetter> letters) {
    Set<Place> found = new HashSet<>();
    for (DeadLetter letter : letters) {
      found.add(letter.source());
      String wrong = wrong(letter, expectedState.deadLetters().get(letter.source()));
      if (wrong != null) {
        add(Kind.DOUBLE, letter.source() + ": " + wrong, 0);
      }
    }
    expectedState
        .deadLetters()
        .forEach(
            (place, expected) -> {
              if (!found.contains(place)) {
                add(Kind.LOST, place + ": no dead letter, expected " + expected.reason(), 0);
              }
            });
    return found.size();
  }

  /** What is wrong with a dead letter, or null. */
  private static String wrong(DeadLetter letter, Rejected expected) {
    if (expected == null) {
      return "a dead letter (%s) of a record that counts".formatted(letter.reason());
    }
    if (!expected.reason().equals(letter.reason())) {
      return "a dead letter for %s, expected %s".formatted(letter.reason(), expected.reason());
    }
    if (!Arrays.equals(expected.sent().value(), letter.value())) {
      return "the dead letter's bytes are not the record's";
    }
    return expected.sent().sentMillis() == letter.sentMillis()
            && expected.sent().kafkaMillis() == letter.kafkaMillis()
        ? null
        : "the dead letter's timestamp or header is not the record's";
  }
}
