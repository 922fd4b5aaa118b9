package io.countermachine.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RuleListTest {
  private static final long NOW = 1_700_000_000_000L;
  private static final int MILLION = 1_000_000;

  /**
   * A record of a list. The test applies many of them with plain Java to get the expected result.
   */
  private record Change(String value, long from, long until, long published, long offset) {
    boolean lifts() {
      return from < 0;
    }

    void apply(RuleList list) {
      if (lifts()) {
        list.lift(value, published, offset);
      } else {
        list.set(value, from, until, published, offset);
      }
    }
  }

  private static final Comparator<Change> LAST =
      Comparator.comparingLong(Change::published).thenComparingLong(Change::offset);

  @Test
  void rule_holdsFromItsFirstInstant_untilBeforeItsLast() {
    RuleList list = new RuleList(false);
    list.set("u", 100, 200, NOW, 1);
    assertThat(list.holds("u", 99)).isFalse();
    assertThat(list.holds("u", 100)).isTrue();
    assertThat(list.holds("u", 199)).isTrue();
    assertThat(list.holds("u", 200)).isFalse();
    assertThat(list.holds("v", 150)).isFalse();
    assertThat(list.size()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void lastRecord_counts_whateverTheOrderOfArrival(int seed) {
    Random random = new Random(seed);
    List<Change> changes = new ArrayList<>();
    for (int offset = 0; offset < 3_000; offset++) {
      long from = random.nextInt(5) == 0 ? -1 : random.nextInt(100);
      changes.add(
          new Change(
              "v" + random.nextInt(700),
              from,
              from + 1 + random.nextInt(50),
              NOW + random.nextInt(20),
              offset));
    }
    List<Change> shuffled = new ArrayList<>(changes);
    Collections.shuffle(shuffled, random);
    RuleList list = new RuleList(false);
    shuffled.forEach(change -> change.apply(list));
    // Apply all records again, as a reader does after a failure.
    changes.forEach(change -> change.apply(list));
    int rules = 0;
    for (int value = 0; value < 710; value++) {
      String name = "v" + value;
      Optional<Change> last =
          changes.stream()
              .filter(change -> change.value().equals(name))
              .max(LAST)
              .filter(change -> !change.lifts());
      boolean any = false;
      for (long instant = 0; instant < 160; instant++) {
        long at = instant;
        boolean holds = last.filter(rule -> rule.from() <= at && at < rule.until()).isPresent();
        any |= holds;
        assertThat(list.holds(name, instant)).as("%s at %d", name, instant).isEqualTo(holds);
      }
      rules += any ? 1 : 0;
    }
    assertThat(list.size()).isEqualTo(rules);
  }

  /**
   * An event whose record is older than a rule's change and its notice is decided by the old rule,
   * so that a replay gives the same result.
   */
  @Test
  void ruleOfBefore_holdsForOlderRecords() {
    RuleList list = new RuleList(true);
    list.set("u", 100, RuleRecord.FOR_EVER, NOW, 1);
    list.lift("u", NOW + 5_000, 2);
    assertThat(list.holds("u", 150, NOW + 14_999)).isTrue();
    assertThat(list.holds("u", 150, NOW + 15_000)).isFalse();
    assertThat(list.holds("u", 99, NOW + 14_999)).isFalse();
    assertThat(list.holds("u", 150)).as("as of now").isFalse();
    list.set("u", 300, 400, NOW + 60_000, 3);
    assertThat(list.holds("u", 150, NOW + 14_999)).isTrue();
    assertThat(list.holds("u", 350, NOW)).isTrue();
    assertThat(list.holds("u", 150, -1)).as("a record without a timestamp").isFalse();
  }

  @Test
  void replacedRules_areBounded_whenATopicIsReadAgainAndAgain() {
    RuleList list = new RuleList(true);
    for (int round = 0; round < 100; round++) {
      for (int change = 0; change < 1_000; change++) {
        list.set("u", change, change + 1, NOW + change, change);
      }
    }
    assertThat(list.holds("u", 998, NOW)).isTrue();
    assertThat(list.holds("u", 1, NOW)).as("more than 64 changes ago").isFalse();
  }

  @Test
  void valuesLiftedLongAgo_makeRoom() {
    RuleList list = new RuleList(false);
    long published = NOW;
    for (int value = 0; value < 200_000; value++) {
      published += 60_000;
      list.set("v" + value, 0, RuleRecord.FOR_EVER, published, value);
      list.lift("v" + value, published + 1, value);
    }
    assertThat(list.size()).isZero();
    // Seven days have 10,080 minutes.
    assertThat(list.bytes()).isLessThan(2 * 20_000 * 32);
  }

  /**
   * docs/rules.md promises at most 100 MB per task, and contains the figures that are printed here.
   */
  @Test
  void millionValues_fit100MB_alsoWhileTheyGrow() {
    long before = used();
    RuleList list = new RuleList(true);
    long most = 0;
    for (int i = 0; i < MILLION; i++) {
      long bytes = list.bytes();
      list.set("user-" + i, NOW, RuleRecord.FOR_EVER, NOW, i);
      if (list.bytes() != bytes) {
        most = Math.max(most, list.bytes() + bytes);
      }
    }
    long after = used();
    assertThat(list.size()).isEqualTo(MILLION);
    for (int i = 0; i < MILLION; i++) {
      assertThat(list.holds("user-" + i, NOW)).isTrue();
      assertThat(list.holds("other-" + i, NOW)).isFalse();
    }
    System.out.printf(
        "1,000,000 rules: %.1f MB of heap, %.1f MB while they grow%n",
        (after - before) / 1e6, most / 1e6);
    assertThat(most).isLessThan(100_000_000);
    assertThat(after - before).isLessThan(100_000_000);
  }

  private static long used() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
