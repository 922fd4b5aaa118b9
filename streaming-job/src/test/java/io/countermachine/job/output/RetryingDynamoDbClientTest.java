package io.countermachine.job.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.item.EncodedBodyInterceptor;
import io.countermachine.item.ItemJson;
import io.countermachine.item.ItemKey;
import io.countermachine.job.counting.InDoubtWrites;
import io.countermachine.job.counting.InDoubtWritesReader;
import io.countermachine.job.counting.OldestPendingAge;
import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobInfoImpl;
import org.apache.flink.api.common.TaskInfoImpl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

class RetryingDynamoDbClientTest {
  private static final InDoubtWrites.Item U = new InDoubtWrites.Item("user", "u");

  private static final BatchWriteItemResponse ALL_TAKEN = BatchWriteItemResponse.builder().build();

  private final InDoubtWrites lost =
      InDoubtWrites.of(new JobInfoImpl(new JobID(), "job"), new TaskInfoImpl("sink", 1, 0, 1, 0));
  private final ScheduledClient store = new ScheduledClient();
  private long nowMillis = 9_000;
  private final PendingEntries pending = new PendingEntries(() -> nowMillis);
  private final RetryingDynamoDbClient client =
      new RetryingDynamoDbClient(store, "Counters", lost, pending);

  /** Answers calls in turn with the given responses. */
  private static final class ScheduledClient implements DynamoDbAsyncClient {
    private final Deque<CompletableFuture<BatchWriteItemResponse>> answers = new ArrayDeque<>();
    private final List<String> bodies = new ArrayList<>();

    void fails(Throwable failure) {
      answers.add(CompletableFuture.failedFuture(failure));
    }

    void answers(BatchWriteItemResponse response) {
      answers.add(CompletableFuture.completedFuture(response));
    }

    @Override
    public CompletableFuture<BatchWriteItemResponse> batchWriteItem(BatchWriteItemRequest request) {
      byte[] body =
          request
              .overrideConfiguration()
              .orElseThrow()
              .executionAttributes()
              .getAttribute(EncodedBodyInterceptor.BODY);
      bodies.add(new String(body, UTF_8));
      return answers.remove();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }

  private static WriteRequest entry(Map<String, AttributeValue> item) {
    return WriteRequest.builder().putRequest(put -> put.item(item)).build();
  }

  private static WriteRequest encodedItem(String user) {
    return encodedItem(user, 1_000);
  }

  private static WriteRequest encodedItem(String user, long changedMillis) {
    return entry(EncodedItem.of(new ItemKey("user", user), json(user), changedMillis).getItem());
  }

  private static byte[] json(String user) {
    return ("{\"item of\":\"" + user + "\"}").getBytes(UTF_8);
  }

  private static BatchWriteItemResponse unprocessed(String... users) {
    List<WriteRequest> left =
        Stream.of(users)
            .map(
                user ->
                    entry(
                        Map.of(
                            "key", AttributeValue.fromS(user),
                            "featureName", AttributeValue.fromS("user"),
                            "lastUpdate", AttributeValue.fromN("1"))))
            .toList();
    return BatchWriteItemResponse.builder().unprocessedItems(Map.of("Counters", left)).build();
  }

  @Test
  void removal_isSentAsOne_andRepeatedWhereTheStoreLeavesIt() {
    WriteRequest removal =
        entry(
            EncodedItem.removal(
                    new ItemKey("user", "u1"), ItemJson.ofKey(new ItemKey("user", "u1")), 7)
                .getItem());
    WriteRequest left =
        WriteRequest.builder()
            .deleteRequest(
                delete ->
                    delete.key(
                        Map.of(
                            "key", AttributeValue.fromS("u1"),
                            "featureName", AttributeValue.fromS("user"))))
            .build();
    store.answers(
        BatchWriteItemResponse.builder()
            .unprocessedItems(Map.of("Counters", List.of(left)))
            .build());
    assertThat(write(encodedItem("u2"), removal).join().unprocessedItems())
        .isEqualTo(Map.of("Counters", List.of(removal)));
    assertThat(store.bodies)
        .containsExactly(
            "{\"RequestItems\":{\"Counters\":[{\"PutRequest\":{\"Item\":{\"item of\":\"u2\"}}},"
                + "{\"DeleteRequest\":{\"Key\":{\"key\":{\"S\":\"u1\"},\"featureName\":{\"S\":\"user\"}}}}]}}");
  }

  private CompletableFuture<BatchWriteItemResponse> write(WriteRequest... entries) {
    return client.batchWriteItem(
        BatchWriteItemRequest.builder().requestItems(Map.of("Counters", List.of(entries))).build());
  }

  /** The failure as the sink sees it: the cause of what its callback gets. */
  private Throwable failure() {
    CompletableFuture<Throwable> found = new CompletableFuture<>();
    CompletableFuture<BatchWriteItemResponse> given =
        write(encodedItem("u")).whenComplete((response, failure) -> found.complete(failure));
    assertThat(given.handle((response, failure) -> failure).join())
        .isInstanceOf(CompletionException.class);
    assertThat(found.join()).isInstanceOf(CompletionException.class);
    return found.join().getCause();
  }

  private static DynamoDbException answer(int status, String code) {
    return (DynamoDbException)
        DynamoDbException.builder()
            .statusCode(status)
            .message(code)
            .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).errorMessage(code).build())
            .build();
  }

  /** Checks that the sink repeats a write: it does for an exception of the store with a code. */
  private static void assertRepeated(Throwable failure) {
    assertThat(failure).isInstanceOf(DynamoDbException.class).hasNoCause();
    assertThat(((DynamoDbException) failure).awsErrorDetails().errorCode()).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({
    "400,ProvisionedThroughputExceededException,0",
    "400,ThrottlingException,0",
    "400,RequestLimitExceeded,0",
    "500,InternalServerError,1",
    "503,ServiceUnavailable,1"
  })
  void answerThatPasses_isRepeated_andLostWhereTheStoreMayHaveTakenIt(
      int status, String code, int lostAttempts) {
    store.fails(answer(status, code));
    assertRepeated(failure());
    assertThat(InDoubtWritesReader.attempts(lost)).isEqualTo(lostAttempts);
  }

  @Test
  void serverErrorWithoutACode_asOfAProxy_isRepeated() {
    store.fails(DynamoDbException.builder().statusCode(502).message("bad gateway").build());
    assertRepeated(failure());
  }

  @Test
  void attemptsWithoutAnAnswer_areRepeated_andTheirItemsNoted() {
    store.fails(SdkClientException.create("no answer", new IOException("connection reset")));
    store.fails(SdkClientException.create("refused", new ConnectException()));
    store.fails(ApiCallAttemptTimeoutException.create(1_000));
    for (int attempt = 0; attempt < 3; attempt++) {
      assertRepeated(failure());
    }
    assertThat(InDoubtWritesReader.take(lost)).containsExactly(U);
    assertThat(InDoubtWritesReader.attempts(lost)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"AccessDeniedException", "UnrecognizedClientException", "ValidationException"})
  void refusal_endsTheJob_withTheReason(String code) {
    store.fails(answer(400, code));
    assertThat(failure())
        .isInstanceOf(SdkClientException.class)
        .hasMessageContaining("table Counters cannot succeed")
        .hasMessageContaining(code);
    assertThat(InDoubtWritesReader.attempts(lost)).isZero();
  }

  @Test
  void missingCredentials_endTheJob() {
    store.fails(SdkClientException.create("Unable to load credentials"));
    assertThat(failure())
        .isInstanceOf(SdkClientException.class)
        .hasMessageContaining("Unable to load credentials");
  }

  @Test
  void items_areSentAsTheyAreCarried() {
    store.answers(ALL_TAKEN);
    assertThat(write(encodedItem("u"), encodedItem("v")).join()).isEqualTo(ALL_TAKEN);
    assertThat(store.bodies)
        .containsExactly(
            "{\"RequestItems\":{\"Counters\":[{\"PutRequest\":{\"Item\":{\"item of\":\"u\"}}},"
                + "{\"PutRequest\":{\"Item\":{\"item of\":\"v\"}}}]}}");
    assertThat(InDoubtWritesReader.attempts(lost)).isZero();
  }

  @Test
  void unprocessedItems_areTheSinksOwnEntries() {
    store.answers(unprocessed("w", "u"));
    assertThat(
            write(encodedItem("u"), encodedItem("v"), encodedItem("w")).join().unprocessedItems())
        .isEqualTo(Map.of("Counters", List.of(encodedItem("u"), encodedItem("w"))));
    assertThat(InDoubtWritesReader.attempts(lost)).isZero();
  }

  private static WriteRequest[] encodedItems(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> encodedItem("u" + i))
        .toArray(WriteRequest[]::new);
  }

  @Test
  void batch_isSentAsCallsOfTheStoresSize_andEndsWithTheLastOfThem() {
    CompletableFuture<BatchWriteItemResponse> slow = new CompletableFuture<>();
    store.answers.add(slow);
    store.answers(unprocessed("u26"));
    store.answers(ALL_TAKEN);
    CompletableFuture<BatchWriteItemResponse> answer = write(encodedItems(51));

    assertThat(store.bodies)
        .extracting(body -> body.split("PutRequest", -1).length - 1)
        .containsExactly(25, 25, 1);
    assertThat(answer).isNotDone();
    slow.complete(unprocessed("u3"));
    assertThat(answer.join().unprocessedItems())
        .isEqualTo(Map.of("Counters", List.of(encodedItem("u3"), encodedItem("u26"))));
  }

  @Test
  void batchWithACallThatFails_leavesThatCallsItems_whichAreLost_onceAllHaveEnded() {
    CompletableFuture<BatchWriteItemResponse> slow = new CompletableFuture<>();
    store.answers.add(slow);
    store.fails(answer(500, "InternalServerError"));
    CompletableFuture<BatchWriteItemResponse> answer = write(encodedItems(26));

    assertThat(answer).isNotDone();
    slow.complete(ALL_TAKEN);
    assertThat(answer.join().unprocessedItems())
        .isEqualTo(Map.of("Counters", List.of(encodedItem("u25"))));
    assertThat(InDoubtWritesReader.take(lost))
        .containsExactly(new InDoubtWrites.Item("user", "u25"));
  }

  @Test
  void oldestChange_waitsUntilItsItemIsTaken() {
    CompletableFuture<BatchWriteItemResponse> slow = new CompletableFuture<>();
    store.answers.add(slow);
    assertThat(pending.oldestMillis()).isEqualTo(OldestPendingAge.NONE);
    CompletableFuture<BatchWriteItemResponse> answer =
        write(encodedItem("u", 3_000), encodedItem("v", 2_000), encodedItem("w", 4_000));
    assertThat(pending.oldestMillis()).isEqualTo(2_000);

    slow.complete(unprocessed("u", "w"));
    answer.join();
    assertThat(pending.oldestMillis()).isEqualTo(3_000);
    store.answers(ALL_TAKEN);
    write(encodedItem("u", 3_000), encodedItem("w", 4_000)).join();
    assertThat(pending.oldestMillis()).isEqualTo(OldestPendingAge.NONE);
  }

  /** The sink drops the older of two entries of a key, whose change is still not in the table. */
  @Test
  void oldestChange_isThatOfTheFailedAttempt_whenANewerEntryTakesItsPlace() {
    store.fails(answer(500, "InternalServerError"));
    assertThat(write(encodedItem("u", 2_000)).handle((response, failure) -> failure).join())
        .isNotNull();
    assertThat(pending.oldestMillis()).isEqualTo(2_000);

    CompletableFuture<BatchWriteItemResponse> slow = new CompletableFuture<>();
    store.answers.add(slow);
    CompletableFuture<BatchWriteItemResponse> answer = write(encodedItem("u", 6_000));
    assertThat(pending.oldestMillis()).isEqualTo(2_000);
    slow.complete(ALL_TAKEN);
    answer.join();
    assertThat(pending.oldestMillis()).isEqualTo(OldestPendingAge.NONE);
  }

  @Test
  void entryOfAReleaseThatKeptNoInstant_countsFromWhenItIsSent() {
    store.answers(unprocessed("u"));
    Map<String, AttributeValue> item = new HashMap<>(encodedItem("u").putRequest().item());
    item.remove("changed");
    write(entry(item)).join();
    assertThat(pending.oldestMillis()).isEqualTo(9_000);
    nowMillis = 9_500;
    store.answers(unprocessed("u"));
    write(entry(item)).join();
    assertThat(pending.oldestMillis()).isEqualTo(9_000);
  }

  @Test
  void batchWithACallThatIsRefused_endsTheJob_whateverBecameOfTheOthers() {
    store.fails(answer(500, "InternalServerError"));
    store.fails(answer(400, "ValidationException"));
    store.answers(ALL_TAKEN);
    assertThat(write(encodedItems(51)).handle((response, failure) -> failure).join())
        .hasCauseInstanceOf(SdkClientException.class)
        .hasMessageContaining("ValidationException");
  }

  @Test
  void unprocessedItemThatWasNotGiven_endsTheJob() {
    store.answers(unprocessed("other"));
    assertThat(failure()).isInstanceOf(SdkClientException.class).hasMessageContaining("other");
  }

  @Test
  void pauses_growWithFailuresInARow() {
    long begin = System.nanoTime();
    for (int attempt = 0; attempt < 5; attempt++) {
      store.fails(answer(400, "ThrottlingException"));
      assertRepeated(failure());
    }
    // At least half of 50 + 100 + 200 + 400 + 800 ms.
    assertThat(System.nanoTime() - begin).isGreaterThan(775_000_000L);
  }
}
