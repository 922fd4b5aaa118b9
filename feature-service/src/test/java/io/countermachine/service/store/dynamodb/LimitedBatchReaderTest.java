package io.countermachine.service.store.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.item.ItemKey;
import io.countermachine.service.concurrency.AdaptiveLimit;
import io.countermachine.service.store.ReadResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LimitedBatchReaderTest {
  private static final List<ItemKey> KEYS = List.of(new ItemKey("user", "a"));
  private static final ReadResult[] ABSENT = {ReadResult.absent(1)};
  private static final long MILLI = 1_000_000;

  private final List<CompletableFuture<ReadResult[]>> calls = new ArrayList<>();
  private final AdaptiveLimit limit = new AdaptiveLimit(2, 1, 20, Duration.ofNanos(1), 0);
  private long nanos = 1;
  private final LimitedBatchReader reader =
      new LimitedBatchReader(
          keys -> {
            CompletableFuture<ReadResult[]> call = new CompletableFuture<>();
            calls.add(call);
            return call;
          },
          limit,
          80 * MILLI,
          200 * MILLI,
          () -> nanos);

  /** A call whose result the test ignores. */
  private void begin() {
    CompletableFuture<ReadResult[]> unused = reader.read(KEYS);
  }

  @Test
  void callsAboveTheLimit_waitForTheirTurn() {
    CompletableFuture<ReadResult[]> first = reader.read(KEYS);
    begin();
    CompletableFuture<ReadResult[]> third = reader.read(KEYS);
    CompletableFuture<ReadResult[]> fourth = reader.read(KEYS);
    assertThat(calls).hasSize(2);
    // Slow, so that the limit falls to one: only the second call is in flight.
    nanos += 81 * MILLI;
    calls.get(0).complete(ABSENT);
    assertThat(first.join()).isEqualTo(ABSENT);
    assertThat(limit.get()).isEqualTo(1);
    assertThat(calls).hasSize(2);
    calls.get(1).completeExceptionally(new IllegalStateException("refused"));
    assertThat(calls).hasSize(3);
    nanos += MILLI;
    calls.get(2).complete(ABSENT);
    assertThat(third.join()).isEqualTo(ABSENT);
    calls.get(3).complete(ABSENT);
    assertThat(fourth.join()).isEqualTo(ABSENT);
    assertThat(reader.inFlight()).isZero();
  }

  @Test
  void callThatHasWaitedTooLong_fails_withoutAskingTheStore() {
    begin();
    begin();
    CompletableFuture<ReadResult[]> third = reader.read(KEYS);
    nanos += 201 * MILLI;
    calls.get(0).complete(ABSENT);
    assertThat(third).isCompletedExceptionally();
    assertThat(calls).hasSize(2);
    assertThat(reader.inFlight()).isEqualTo(1);
  }

  @Test
  void lineHasAnEnd() {
    for (int i = 0; i < 1_002; i++) {
      begin();
    }
    assertThat(reader.read(KEYS)).isCompletedExceptionally();
    assertThat(calls).hasSize(2);
  }

  @Test
  void callsThatTheStoreLeavesUnprocessed_lowerTheLimit_refusedOnesDoNot() {
    begin();
    calls.get(0).completeExceptionally(new IllegalStateException("refused"));
    assertThat(limit.get()).isEqualTo(2);
    nanos += MILLI;
    begin();
    calls.get(1).complete(new ReadResult[1]);
    assertThat(limit.get()).isEqualTo(1);
    nanos += MILLI;
    begin();
    calls.get(2).complete(ABSENT);
    assertThat(limit.get()).isEqualTo(2);
  }

  @Test
  void readerThatThrows_failsItsCall_andKeepsNoTurn() {
    LimitedBatchReader throwing =
        new LimitedBatchReader(
            keys -> {
              throw new IllegalStateException("the client is closed");
            },
            limit,
            MILLI,
            MILLI,
            () -> nanos);
    assertThat(throwing.read(KEYS)).isCompletedExceptionally();
    assertThat(throwing.inFlight()).isZero();
  }
}
