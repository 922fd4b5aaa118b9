package io.countermachine.job.counting;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.job.config.CatalogText;
import io.countermachine.job.rules.TestRuleBooks;
import io.countermachine.rules.RuleBook;
import io.countermachine.rules.RuleRecord;
import java.util.List;
import java.util.Optional;
import org.apache.flink.contrib.streaming.state.EmbeddedRocksDBStateBackend;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Removal of all keys with a value. The request is published at 1 s, so events count again from 11
 * s on.
 */
class ForgettingTest {
  private static final CatalogText CATALOG =
      new CatalogText(
          "c.yaml",
          """
          timestamps: {unit: milliseconds}
          rules: {topic: rules}
          events: {view: {}}
          intervals: [lifetime]
          groups:
            user: {key: [userId], counts: [view]}
            post: {key: [postId], counts: [view]}
            pair: {key: [postId, userId], counts: [view]}
          """);

  private static final long PUBLISHED = 1_000;
  private static final long COUNTS_AGAIN = 11_000;

  private RuleBook book;

  @BeforeEach
  void begin() {
    book = new RuleBook(CATALOG.catalog(), true);
  }

  private CountHarness harness(StateBackend backend) throws Exception {
    return new CountHarness(
        CATALOG, backend, 1, 0, Optional.empty(), Optional.of(TestRuleBooks.of(book)));
  }

  private void forget(String user) {
    book.apply(
        RuleRecord.forgetKey("userId", user), "{}".getBytes(UTF_8), PUBLISHED, user.length());
  }

  private static void sendAll(CountHarness harness) throws Exception {
    for (String user : List.of("u1", "u2", "a|b")) {
      String escaped = user.replace("|", "\\|");
      harness.send("user", escaped, 0, 500);
      harness.send("pair", "p|" + escaped, 0, 500);
    }
    harness.send("post", "u1", 0, 500);
    harness.send("pair", "u1|x", 0, 500);
  }

  private static List<String> removals(CountHarness harness) {
    return harness.take().stream()
        .filter(ItemWrite::isRemoval)
        .map(write -> write.counters().schema().name() + " " + write.key())
        .sorted()
        .toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void keysWithTheValue_areRemoved_andNoOthers(boolean rocksDb) throws Exception {
    StateBackend backend = rocksDb ? new EmbeddedRocksDBStateBackend() : new HashMapStateBackend();
    try (CountHarness harness = harness(backend)) {
      harness.open();
      sendAll(harness);
      harness.advanceTo(2_000);
      assertThat(harness.take()).hasSize(8).noneMatch(ItemWrite::isRemoval);
      forget("u1");
      forget("a|b");
      harness.advanceTo(6_000);
      assertThat(removals(harness)).isEmpty();
      harness.advanceTo(8_000);
      assertThat(removals(harness))
          .containsExactly("pair p|a\\|b", "pair p|u1", "user a\\|b", "user u1");
      harness.send("user", "u2", 0, 600);
      harness.advanceTo(10_000);
      assertThat(harness.take().get(0).counters().stored(0, 0)).isEqualTo(2);
    }
  }

  @Test
  void eventsOfBefore_countNoMore_andLaterOnesBeginAnew() throws Exception {
    try (CountHarness harness = harness(new HashMapStateBackend())) {
      harness.open();
      sendAll(harness);
      harness.advanceTo(2_000);
      forget("u1");
      harness.advanceTo(8_000);
      harness.take();
      harness.send("user", "u1", 0, COUNTS_AGAIN - 1);
      harness.advanceTo(10_000);
      assertThat(harness.take()).isEmpty();
      harness.send("user", "u1", 0, COUNTS_AGAIN);
      harness.advanceTo(12_000);
      List<ItemWrite> written = harness.take();
      assertThat(written).hasSize(1).noneMatch(ItemWrite::isRemoval);
      assertThat(written.get(0).counters().stored(0, 0)).isEqualTo(1);
    }
  }

  @Test
  void wish_isSeenToOnce_overARestore() throws Exception {
    OperatorSubtaskState before;
    OperatorSubtaskState after;
    try (CountHarness harness = harness(new HashMapStateBackend())) {
      harness.open();
      sendAll(harness);
      harness.advanceTo(2_000);
      forget("u1");
      before = harness.snapshot(1, 1);
      harness.advanceTo(8_000);
      assertThat(removals(harness)).containsExactly("pair p|u1", "user u1");
      harness.send("user", "u1", 0, COUNTS_AGAIN);
      after = harness.snapshot(2, 2);
    }
    try (CountHarness harness = harness(new HashMapStateBackend())) {
      harness.setProcessingTime(8_000);
      harness.initializeState(before);
      harness.open();
      harness.advanceTo(10_000);
      assertThat(removals(harness)).containsExactly("pair p|u1", "user u1");
    }
    try (CountHarness harness = harness(new HashMapStateBackend())) {
      harness.setProcessingTime(8_000);
      harness.initializeState(after);
      harness.open();
      harness.advanceTo(10_000);
      List<ItemWrite> written = harness.take();
      assertThat(written).noneMatch(ItemWrite::isRemoval);
      assertThat(written).extracting(ItemWrite::key).contains("u1");
    }
  }

  @Test
  void wishTakenBack_removesNothing() throws Exception {
    try (CountHarness harness = harness(new HashMapStateBackend())) {
      harness.open();
      sendAll(harness);
      harness.advanceTo(2_000);
      harness.take();
      forget("u1");
      book.apply(RuleRecord.forgetKey("userId", "u1"), null, PUBLISHED + 1, 9);
      harness.advanceTo(9_000);
      assertThat(harness.take()).isEmpty();
    }
  }
}
