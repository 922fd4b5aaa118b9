package io.countermachine.service.store.hedging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.item.ItemKey;
import io.countermachine.local.process.Await;
import io.countermachine.service.concurrency.AdaptiveLimit;
import io.countermachine.service.store.FakeBatches;
import io.countermachine.service.store.ReadResult;
import io.countermachine.service.store.dynamodb.LimitedBatchReader;
import io.countermachine.service.store.dynamodb.MeteredBatchReader;
import io.countermachine.service.store.dynamodb.StoreMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
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
  private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
  private final AtomicInteger made = new AtomicInteger();
  private volatile RuntimeException hedgeFault;
  private HedgedBatchReader reader;

  private HedgedBatchReader hedged(double maxShare) {
    return hedged(maxShare, Duration.ofMillis(1));
  }

  private HedgedBatchReader hedged(double maxShare, Duration minDelay) {
    reader =
        new HedgedBatchReader(
            new FakeBatches(this::call),
            new HedgingProperties(true, minDelay, maxShare),
            hedges::incrementAndGet,
            timer);
    return reader;
  }

  private CompletableFuture<ReadResult[]> call(List<ItemKey> keys) {
    if (made.getAndIncrement() > 0 && hedgeFault != null) {
      throw hedgeFault;
    }
    CompletableFuture<ReadResult[]> call = new CompletableFuture<>();
    calls.add(call);
    return call;
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
  void failedCall_waitsForTheHedgeInFlight() throws Exception {
    CompletableFuture<ReadResult[]> answer = hedged(1).read(KEYS);
    CompletableFuture<ReadResult[]> first = nextCall();
    CompletableFuture<ReadResult[]> hedge = nextCall();
    first.completeExceptionally(new IllegalStateException("throttled"));
    assertThat(answer).isNotDone();
    hedge.complete(SECOND);
    assertThat(answer.get()).isSameAs(SECOND);
  }

  @Test
  void answer_fails_whenBothCallsFail() throws Exception {
    CompletableFuture<ReadResult[]> answer = hedged(1).read(KEYS);
    CompletableFuture<ReadResult[]> first = nextCall();
    nextCall().completeExceptionally(new IllegalStateException("throttled"));
    first.completeExceptionally(new IllegalStateException("reset"));
    // The reason depends on which of the two calls fails last.
    assertThatThrownBy(() -> answer.get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .rootCause()
        .extracting(Throwable::getMessage)
        .isIn("reset", "throttled");
  }

  @Test
  void hedgeThatThrows_isAFailedHedge() throws Exception {
    hedgeFault = new IllegalStateException("the client is closed");
    CompletableFuture<ReadResult[]> answer = hedged(1).read(KEYS);
    CompletableFuture<ReadResult[]> first = nextCall();
    Await.until(
        "the moment of the hedge",
        Duration.ofSeconds(20),
        () -> timer.getCompletedTaskCount() == 1);
    first.completeExceptionally(new IllegalStateException("reset"));
    assertThatThrownBy(() -> answer.get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class);
  }

  @Test
  void answerWithUnprocessedKeys_doesNotWaitForACallThatHangs() throws Exception {
    CompletableFuture<ReadResult[]> answer =
        hedged(1).read(List.of(KEYS.get(0), new ItemKey("user", "b")));
    CompletableFuture<ReadResult[]> unused = nextCall();
    nextCall().complete(new ReadResult[] {ReadResult.absent(2), null});
    assertThat(answer.get(20, TimeUnit.SECONDS)).containsExactly(ReadResult.absent(2), null);
  }

  /** Only one call may be in flight, and no hedge becomes due. */
  @Test
  void callThatWaitsForItsTurn_hasItsHedgesMoment_fromWhenItIsSent() throws Exception {
    LimitedBatchReader limited =
        new LimitedBatchReader(
            new FakeBatches(this::call),
            new AdaptiveLimit(1, 1, 1, Duration.ofNanos(1), 0),
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            System::nanoTime);
    StoreMeters meters = new StoreMeters(new SimpleMeterRegistry());
    reader =
        new HedgedBatchReader(
            new MeteredBatchReader(limited, meters),
            new HedgingProperties(true, Duration.ofMinutes(10), 1),
            hedges::incrementAndGet,
            timer);
    CompletableFuture<ReadResult[]> first = reader.read(KEYS);
    Runnable hedgeOfFirst = timer.getQueue().peek();
    CompletableFuture<ReadResult[]> second = reader.read(KEYS);
    assertThat(timer.getQueue()).as("the second call waits").containsExactly(hedgeOfFirst);
    nextCall().complete(FIRST);
    assertThat(first.get(20, TimeUnit.SECONDS)).isSameAs(FIRST);
    assertThat(timer.getQueue()).as("it is sent").hasSize(1).doesNotContain(hedgeOfFirst);
    nextCall().complete(SECOND);
    assertThat(second.get(20, TimeUnit.SECONDS)).isSameAs(SECOND);
    assertThat(timer.getQueue()).isEmpty();
  }

  @Test
  void calls_areAnswered_afterClose() throws Exception {
    CompletableFuture<ReadResult[]> before = hedged(1, Duration.ofMinutes(10)).read(KEYS);
    reader.close();
    CompletableFuture<ReadResult[]> after = reader.read(KEYS);
    nextCall().complete(FIRST);
    nextCall().complete(SECOND);
    assertThat(before.get(20, TimeUnit.SECONDS)).isSameAs(FIRST);
    assertThat(after.get(20, TimeUnit.SECONDS)).isSameAs(SECOND);
    assertThat(hedges).hasValue(0);
  }

  @Test
  void storeThatIsSlowAsAWhole_getsNoMoreHedgesThanTheShare() throws Exception {
    HedgedBatchReader tenth = hedged(0.1);
    for (int i = 0; i < 100; i++) {
      CompletableFuture<ReadResult[]> unused = tenth.read(KEYS);
    }
    // None of the calls returns, so each hedge becomes due.
    Await.until(
        "the moments of all hedges",
        Duration.ofSeconds(20),
        () -> timer.getCompletedTaskCount() == 100);
    assertThat(hedges).hasValue(10);
    assertThat(calls).hasSize(110);
  }
}
