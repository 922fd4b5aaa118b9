package io.countermachine.service.store.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.item.ItemKey;
import io.countermachine.service.store.Deadline;
import io.countermachine.service.store.FakeBatches;
import io.countermachine.service.store.PendingReads;
import io.countermachine.service.store.ReadResult;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;

class DynamoDbCounterStoreTest {
  private static ItemKey user(String key) {
    return new ItemKey("user", key);
  }

  private static List<ItemKey> users(int count) {
    return IntStream.range(0, count).mapToObj(i -> user("u" + i)).toList();
  }

  private static ReadResult[] read(FakeBatches batches, Duration timeLimit, List<ItemKey> keys) {
    return PendingReads.read(
        new DynamoDbCounterStore(batches, timeLimit), keys, Deadline.after(Duration.ofSeconds(20)));
  }

  @Test
  void keys_areAskedForInFewEqualCalls_eachOnce() {
    FakeBatches batches = new FakeBatches(FakeBatches::absent);
    List<ItemKey> keys = users(250);
    ReadResult[] results = read(batches, Duration.ofSeconds(5), keys);

    assertThat(batches.calls).extracting(List::size).containsExactlyInAnyOrder(83, 83, 84);
    assertThat(batches.calls.stream().flatMap(List::stream))
        .containsExactlyInAnyOrderElementsOf(keys);
    assertThat(results).hasSize(250).allMatch(result -> !result.failed() && result.item() == null);
  }

  @Test
  void unprocessedKeys_areAskedForAgain() {
    FakeBatches batches =
        new FakeBatches(
            keys ->
                CompletableFuture.completedFuture(
                    keys.size() == 2
                        ? new ReadResult[] {ReadResult.absent(1), null}
                        : new ReadResult[] {ReadResult.absent(2)}));
    ReadResult[] results = read(batches, Duration.ofSeconds(5), List.of(user("a"), user("b")));
    assertThat(batches.calls).containsExactly(List.of(user("a"), user("b")), List.of(user("b")));
    assertThat(results).containsExactly(ReadResult.absent(1), ReadResult.absent(2));
  }

  @Test
  void keysThatStayUnprocessed_fail_andAreNeverAbsent() {
    FakeBatches batches =
        new FakeBatches(keys -> CompletableFuture.completedFuture(new ReadResult[keys.size()]));
    ReadResult[] results = read(batches, Duration.ofMillis(200), List.of(user("a")));
    assertThat(results).containsExactly(ReadResult.FAILED);
    assertThat(batches.calls).hasSizeGreaterThan(1);
  }

  @Test
  void failedCall_failsItsKeysAlone() {
    FakeBatches batches =
        new FakeBatches(
            keys ->
                keys.contains(user("u0"))
                    ? CompletableFuture.failedFuture(
                        ProvisionedThroughputExceededException.builder()
                            .message("slow down")
                            .build())
                    : FakeBatches.absent(keys));
    ReadResult[] results = read(batches, Duration.ofSeconds(5), users(130));
    assertThat(Arrays.copyOf(results, 65)).containsOnly(ReadResult.FAILED);
    assertThat(Arrays.copyOfRange(results, 65, 130)).noneMatch(ReadResult::failed);
  }

  @Test
  void callThatHangs_failsAtTheDeadline_andTheRestIsThere() {
    CompletableFuture<ReadResult[]> late = new CompletableFuture<>();
    FakeBatches batches =
        new FakeBatches(keys -> keys.contains(user("u0")) ? late : FakeBatches.absent(keys));
    DynamoDbCounterStore store = new DynamoDbCounterStore(batches, Duration.ofSeconds(5));
    long begin = System.nanoTime();
    ReadResult[] results =
        PendingReads.read(store, users(102), Deadline.after(Duration.ofMillis(100)));
    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isBetween(Duration.ofMillis(100), Duration.ofSeconds(4));
    late.complete(FakeBatches.absent(users(51)).join());
    assertThat(Arrays.copyOf(results, 51)).containsOnly(ReadResult.FAILED);
    assertThat(Arrays.copyOfRange(results, 51, 102)).noneMatch(ReadResult::failed);
  }

  @Test
  void callThatThrows_failsItsKeysAlone() {
    FakeBatches batches =
        new FakeBatches(
            keys -> {
              if (keys.contains(user("u0"))) {
                throw new IllegalStateException("the client is closed");
              }
              return FakeBatches.absent(keys);
            });
    ReadResult[] results = read(batches, Duration.ofSeconds(5), users(130));
    assertThat(Arrays.copyOf(results, 65)).containsOnly(ReadResult.FAILED);
    assertThat(Arrays.copyOfRange(results, 65, 130)).noneMatch(ReadResult::failed);
  }

  @Test
  void repetitionThatThrows_failsItsKeys() {
    AtomicInteger calls = new AtomicInteger();
    FakeBatches batches =
        new FakeBatches(
            keys -> {
              if (calls.getAndIncrement() > 0) {
                throw new IllegalStateException("the client is closed");
              }
              return CompletableFuture.completedFuture(
                  new ReadResult[] {ReadResult.absent(1), null});
            });
    ReadResult[] results = read(batches, Duration.ofSeconds(5), List.of(user("a"), user("b")));
    assertThat(results).containsExactly(ReadResult.absent(1), ReadResult.FAILED);
  }

  @Test
  void answerWithTooFewResults_failsItsKeys() {
    FakeBatches batches =
        new FakeBatches(
            keys -> CompletableFuture.completedFuture(new ReadResult[] {ReadResult.absent(1)}));
    ReadResult[] results = read(batches, Duration.ofSeconds(5), List.of(user("a"), user("b")));
    assertThat(results).containsOnly(ReadResult.FAILED);
  }

  @Test
  void listenerThatThrows_isToldOfTheOtherKeys_eachOnce() throws InterruptedException {
    // 130 keys need two calls. One call fails, and the other leaves one key unprocessed once.
    FakeBatches batches =
        new FakeBatches(
            keys -> {
              if (keys.contains(user("u0"))) {
                return CompletableFuture.failedFuture(new IllegalStateException("refused"));
              }
              ReadResult[] results = FakeBatches.absent(keys).join();
              if (keys.size() > 1) {
                results[64] = null;
              }
              return CompletableFuture.completedFuture(results);
            });
    AtomicIntegerArray told = new AtomicIntegerArray(130);
    CountDownLatch all = new CountDownLatch(130);
    new DynamoDbCounterStore(batches, Duration.ofSeconds(5))
        .read(
            users(130),
            (index, result) -> {
              told.incrementAndGet(index);
              all.countDown();
              throw new IllegalStateException("a listener's fault");
            });
    assertThat(all.await(20, TimeUnit.SECONDS)).as("all keys are answered").isTrue();
    for (int i = 0; i < told.length(); i++) {
      assertThat(told.get(i)).as("u%d", i).isEqualTo(1);
    }
  }

  @Test
  void check_readsAKey_andFailsWhereTheTableDoes() {
    FakeBatches batches = new FakeBatches(FakeBatches::absent);
    new DynamoDbCounterStore(batches, Duration.ofSeconds(5)).check();
    assertThat(batches.calls).hasSize(1);
    for (CompletableFuture<ReadResult[]> answer :
        List.of(
            CompletableFuture.<ReadResult[]>failedFuture(new IllegalStateException("no table")),
            CompletableFuture.completedFuture(new ReadResult[1]))) {
      DynamoDbCounterStore failing =
          new DynamoDbCounterStore(new FakeBatches(keys -> answer), Duration.ofSeconds(5));
      assertThatThrownBy(failing::check).hasMessageMatching("(?s).*(no table|throttled).*");
    }
  }
}
