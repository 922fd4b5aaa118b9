package io.countermachine.job;

import static io.countermachine.job.JobCase.LIMIT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.local.faults.FaultProxy;
import io.countermachine.local.faults.FaultRules;
import io.countermachine.local.faults.StoreFault;
import io.countermachine.local.faults.WriteLog;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.SharedParts;
import io.countermachine.local.traffic.EventSender;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job with a store that fails in every temporary way: no restart, and correct values in the
 * table soon afterwards. Each test counts likes of its own users; the first test needs a job that
 * has nothing else to write.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StoreFaultsIT {
  private static final Duration ATTEMPT = Duration.ofSeconds(1);

  /** Half of the outage refuses connections, the other half never answers calls. */
  private static final Duration HALF_OUTAGE = Duration.ofSeconds(30);

  @TempDir private static Path folder;
  private static JobCase own;
  private static FaultProxy proxy;
  private static EventSender sender;
  private static RunningJob job;

  @BeforeAll
  static void start() throws IOException {
    SharedParts.awaitReady();
    own = JobCase.create("faults", folder);
    proxy = FaultProxy.start(SharedParts.store().endpoint());
    sender = new EventSender(SharedParts.broker().bootstrapServers(), own.name());
    job = RunningJob.start(arguments(folder, own.name()));
  }

  private static String[] arguments(Path checkpoints, String table) throws IOException {
    return own.arguments(
        TestCatalogs.SMALL.text(),
        "--table",
        table,
        "--dynamodb-endpoint",
        proxy.endpoint().toString(),
        "--start",
        "earliest",
        "--confirm-after",
        "4s",
        "--aws-property",
        "aws.http-client.read-timeout=" + ATTEMPT.toMillis(),
        "-Dexecution.checkpointing.dir=" + checkpoints.resolve("checkpoints").toUri());
  }

  @AfterEach
  void endFaults() {
    proxy.restore();
    proxy.rules(FaultRules.none());
  }

  @AfterAll
  static void stop() {
    job.close();
    sender.close();
    proxy.close();
  }

  private static void like(String user) {
    sender.send(
        "{\"eventName\":\"like\",\"eventTs\":1707605599000,\"userId\":\"%s\"}"
            .formatted(user)
            .getBytes(UTF_8));
    sender.flush();
  }

  /** The likes of a user, in the order in which the store received them. */
  private static List<Integer> told(String user) {
    return proxy.writes().of("user", user).stream()
        .map(write -> write.item().at("/counts/M/like/M/lifetime/N").asInt())
        .toList();
  }

  private static void awaitTold(String user, int likes, Duration limit) {
    Await.until(
        likes + " likes of " + user,
        limit,
        () -> !told(user).isEmpty() && told(user).get(told(user).size() - 1) == likes);
  }

  @Test
  @Order(1)
  void writeThatLandsLate_isOverwritten_thoughItsKeySeesNoOtherEvent() {
    CompletableFuture<Void> gate = new CompletableFuture<>();
    proxy.rules(FaultRules.inTurn(StoreFault.held(gate)).on("BatchWriteItem"));
    double confirmedBefore = job.operatorMetric("confirmedWrites");
    like("late");
    Await.until("the call", LIMIT, () -> proxy.injected().containsKey("Held"));
    like("late");
    awaitTold("late", 2, LIMIT);

    // The timed-out write of the first like lands after that of the second.
    gate.complete(null);
    Await.until("the late write", LIMIT, () -> endsWith(told("late"), 2, 1));
    // It timed out a second after it was sent, and is confirmed at most 2.25 times 4 s later.
    Await.until("its confirmation", LIMIT, () -> endsWith(told("late"), 2, 1, 2));
    Await.until(
        "the metrics",
        LIMIT,
        () ->
            job.operatorMetric("lostAttempts") >= 1
                && job.operatorMetric("confirmedWrites") > confirmedBefore);
    assertThat(job.jobMetric("numRestarts")).isZero();
  }

  private static boolean endsWith(List<Integer> values, Integer... end) {
    return values.size() >= end.length
        && values.subList(values.size() - end.length, values.size()).equals(List.of(end));
  }

  @Test
  @Order(2)
  void outageOfAMinute_isWaitedOut_withoutARestart() {
    like("outage");
    awaitTold("outage", 1, LIMIT);
    long failedCheckpoints = job.checkpoints("failed");
    int likes = 1;

    proxy.outage();
    likes += likesFor(HALF_OUTAGE);
    proxy.rules(FaultRules.always(StoreFault.silence()));
    proxy.restore();
    likes += likesFor(HALF_OUTAGE);
    assertThat(told("outage")).containsOnly(1);
    // Only one key changes, again and again: its newest change is new, its oldest is as old as
    // this. Flink answers with what it fetched last, and fetches again.
    Await.until(
        "the age of what is unwritten",
        LIMIT,
        () -> job.largestOperatorMetric("oldestUnwrittenMillis") > 1.5 * HALF_OUTAGE.toMillis());
    proxy.rules(FaultRules.none());

    awaitTold("outage", likes, LIMIT);
    Await.until(
        "the age of what is unwritten to fall",
        LIMIT,
        () -> job.largestOperatorMetric("oldestUnwrittenMillis") < 5_000);
    assertThat(job.jobMetric("numRestarts")).isZero();
    assertThat(job.checkpoints("failed")).isEqualTo(failedCheckpoints);
    long completed = job.checkpoints("completed");
    Await.until("a checkpoint", LIMIT, () -> job.checkpoints("completed") > completed);
  }

  /** Sends likes continuously for some time; returns how many. */
  private static int likesFor(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    int[] likes = {0};
    Await.until(
        "the time of the fault",
        time.multipliedBy(2),
        () -> {
          like("outage");
          likes[0]++;
          return System.nanoTime() > end;
        });
    return likes[0];
  }

  @Test
  @Order(3)
  void everyFaultThatPasses_isWaitedOut_withoutARestart() {
    proxy.rules(
        FaultRules.mixed(
                42,
                0.6,
                List.of(
                    StoreFault.throttled(),
                    StoreFault.serverError(),
                    StoreFault.unprocessed(1),
                    StoreFault.unprocessed(0.5),
                    StoreFault.reset(),
                    StoreFault.silence(),
                    StoreFault.lateAnswer(ATTEMPT.multipliedBy(2))))
            .on("BatchWriteItem"));
    int users = 40;
    for (int round = 0; round < 5; round++) {
      for (int user = 0; user < users; user++) {
        like("mixed" + user);
      }
    }
    Await.until("faults of all kinds", Duration.ofMinutes(2), () -> mixedFaults() == 6);
    proxy.rules(FaultRules.none());

    for (int user = 0; user < users; user++) {
      awaitTold("mixed" + user, 5, LIMIT);
    }
    assertThat(job.jobMetric("numRestarts")).isZero();
  }

  @Test
  @Order(5)
  void job_canBeCancelled_inAnOutage(@TempDir Path other) throws IOException {
    RunningJob second = RunningJob.start(arguments(other, own.name() + "Other"));
    try {
      proxy.outage();
      like("cancelled");
      Await.until("failures", LIMIT, () -> second.operatorMetric("numRecordsSendErrors") > 0);
    } finally {
      long begin = System.nanoTime();
      second.close();
      // Flink reports a task as stuck if it does not end within 30 s.
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
    }
  }

  @Test
  @Order(4)
  void keysAndValuesAtTheLimits_areStored_withinTheStoresRange() {
    // 2,048 bytes of UTF-8: DynamoDB's maximum for a key.
    String longest = "é".repeat(1_024);
    like(longest);
    awaitTold(longest, 1, LIMIT);
    like(longest + "x");

    String[] values = {"1e308", "1.7976931348623157e308", "1e308"};
    for (String value : values) {
      spend("huge", value);
    }
    spend("huge negative", "-1e308");
    spend("huge negative", "-1.7e308");
    spend("subnormal", "4.9e-324");
    spend("small", "1e-131");
    spend("smallest", "1e-130");
    like("after");
    awaitTold("after", 1, LIMIT);
    Await.until("the huge sum", LIMIT, () -> spent("huge").equals("9.99E125"));
    Await.until("the huge negative sum", LIMIT, () -> spent("huge negative").equals("-9.99E125"));
    // Too small to be stored, and so absent.
    Await.until("the subnormal sum", LIMIT, () -> spent("subnormal").isEmpty());
    Await.until("the small sum", LIMIT, () -> spent("small").isEmpty());
    Await.until("the smallest sum", LIMIT, () -> spent("smallest").equals("1.0E-130"));
    assertThat(told(longest + "x")).isEmpty();
    assertThat(job.jobMetric("numRestarts")).isZero();
  }

  @Test
  @Order(6)
  void job_asksForNoOtherRights_thanItsDocumentedPolicyGives() throws IOException {
    Set<String> asked = new TreeSet<>(proxy.operations());
    asked.removeAll(Set.of("CreateTable", "DescribeTimeToLive", "UpdateTimeToLive"));
    Set<String> given = new TreeSet<>();
    new ObjectMapper()
        .readTree(Path.of("..", "docs", "iam", "job.json").toFile())
        .at("/Statement/0/Action")
        .forEach(action -> given.add(action.asText().replace("dynamodb:", "")));
    assertThat(asked).isEqualTo(given);
  }

  @Test
  @Order(7)
  void missingTable_endsTheAttempt_withTheReason(@TempDir Path other) throws IOException {
    String gone = own.name() + "Gone";
    try (RunningJob second = RunningJob.start(arguments(other, gone))) {
      JobCase.client().deleteTable(call -> call.tableName(gone));
      like("gone");
      Await.until(
          "the reason",
          LIMIT,
          () -> second.exceptions().contains("writes to table " + gone + " cannot succeed"));
    }
  }

  private static void spend(String user, String millis) {
    sender.send(
        "{\"eventName\":\"timespent\",\"eventTs\":1707605599000,\"userId\":\"%s\",\"durationMs\":%s}"
            .formatted(user, millis)
            .getBytes(UTF_8));
    sender.flush();
  }

  /** The newest sum that the store received; empty if it is absent, "none" without an item. */
  private static String spent(String user) {
    List<WriteLog.Write> writes = proxy.writes().of("user", user);
    return writes.isEmpty()
        ? "none"
        : writes.get(writes.size() - 1).item().at("/counts/M/timespent/M/lifetime/N").asText("");
  }

  private static int mixedFaults() {
    like("more");
    return (int)
        proxy.injected().keySet().stream()
            .filter(
                kind ->
                    List.of(
                            "Throttled",
                            "ServerError",
                            "Unprocessed",
                            "Reset",
                            "Silence",
                            "LateAnswer")
                        .contains(kind))
            .count();
  }
}
