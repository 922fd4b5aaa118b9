package io.countermachine.service.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.item.ItemKey;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HedgedBatchReaderTest {
  private static final List<ItemKey> KEYS = List.of(new ItemKey("user", "a"));
  private static final ReadResult[] FIRST = {ReadResult.absent(1)};
  private static final ReadResult[] SECOND = {ReadResult.absent(2)};

  private final BlockingQueue<CompletableFuture<ReadResult[]>> calls = new LinkedBlockingQueue<>();
  private final AtomicInteger hedges = new AtomicInteger();
  private HedgedBatchReader reader;

  private HedgedBatchReader hedged(double maxShare) {
    reader =
        new HedgedBatchReader(
            new FakeBatches(
                keys -> {
                  CompletableFuture<ReadResult[]> call = new CompletableFuture<>();
                  calls.add(call);
                  return call;
                }),
            new HedgingProperties(true, Duration.ofMillis(1), maxShare),
            hedges::incrementAndGet);
    return reader;
  }

  private CompletableFuture<ReadResult[]> nextCall() throws InterruptedException {
    CompletableFuture<ReadResult[]> call = calls.poll(20, TimeUnit.SECONDS);
    assertThat(call).as("a call of the store").isNotNull();
    return call;
  }

  @AfterEach
  void close() {
    reader.close();
  }

  @Test
  void slowCall_isAskedOnceMore_andTheFirstAnswerCounts() throws Exception {
    CompletableFuture<ReadResult[]> answer = hedged(1).read(KEYS);
    CompletableFuture<ReadResult[]> first = nextCall();
    nextCall().complete(SECOND);
    assertThat(answer.get(20, TimeUnit.SECONDS)).isSameAs(SECOND);
    first.complete(FIRST);
    assertThat(answer.get()).isSameAs(SECOND);
    assertThat(hedges).hasValue(1);
  }

  @Test
  void failedHedge_leavesTheFirstCallToAnswer() throws Exception {
    CompletableFuture<ReadResult[]> answer = hedged(1).read(KEYS);
    CompletableFuture<ReadResult[]> first = nextCall();
    nextCall().completeExceptionally(new IllegalStateException("throttled"));
    assertThat(answer).isNotDone();
    first.complete(FIRST);
    assertThat(answer.get()).isSameAs(FIRST);
  }

  @Test
  void failedCall_fails() throws Exception {
    CompletableFuture<ReadResult[]> answer = hedged(0).read(KEYS);
    nextCall().completeExceptionally(new IllegalStateException("throttled"));
    assertThatThrownBy(answer::get).isInstanceOf(ExecutionException.class);
  }

  @Test
  void storeThatIsSlowAsAWhole_getsNoMoreHedgesThanTheShare() throws Exception {
    HedgedBatchReader tenth = hedged(0.1);
    int asked = 100;
    for (int i = 0; i < asked; i++) {
      // Each call waits for its hedge, or for the timer to have passed it by.
      CompletableFuture<ReadResult[]> answer = tenth.read(KEYS);
      CompletableFuture<ReadResult[]> first = nextCall();
      boolean due = (i + 1) % 10 == 0;
      if (due) {
        nextCall().complete(SECOND);
        answer.get(20, TimeUnit.SECONDS);
      }
      first.complete(FIRST);
    }
    assertThat(hedges).hasValue(asked / 10);
  }
}
