package io.countermachine.bench.faults;

import io.countermachine.bench.workload.AnswerCheck;
import io.countermachine.bench.workload.Workload;
import io.countermachine.local.process.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Sends requests at fixed instants, whatever becomes of them, and looks at the answers. */
final class FaultLoad {
  private static final Duration LAST_ANSWER = Duration.ofSeconds(30);

  /** Of the whole answers, which are compared value by value. */
  private static final int SAMPLE = 50;

  private final BalancedClient client;
  private final Workload workload;
  private final AnswerCheck check;
  private final int coldCandidates;
  private final List<Workload.Body> bodies = new ArrayList<>();
  private long sent;

  FaultLoad(BalancedClient client, Workload workload, int coldCandidates) {
    this.client = client;
    this.workload = workload;
    this.check = new AnswerCheck(workload);
    this.coldCandidates = coldCandidates;
    for (int request = 0; request < workload.requests(); request++) {
      bodies.add(workload.body(request, coldCandidates));
    }
  }

  private record Sent(
      long number, long dueNanos, long sentNanos, long endNanos, BalancedClient.Answer answer) {
    /**
     * How late the load itself was: when it sent, and when it received the answer. A stall after
     * the deadline delayed the answer only if it lasted until then.
     */
    long ownNanos(OwnStalls stalls) {
      return sentNanos
          - dueNanos
          + stalls.nanosUntil(
              Math.max(sentNanos, dueNanos + FaultsBench.DEADLINE.toNanos()), endNanos);
    }
  }

  /**
   * Sends until it need not go on, and waits for the last answers.
   *
   * @param refusedKeys what the store refused, in its own words; asked when all is over
   */
  List<Outcome> run(double perSecond, BooleanSupplier goOn, Supplier<Set<String>> refusedKeys) {
    Queue<Sent> ended = new ConcurrentLinkedQueue<>();
    AtomicLong open = new AtomicLong();
    long begin = System.nanoTime();
    for (long i = 0; goOn.getAsBoolean(); i++) {
      long due = begin + (long) (i * 1e9 / perSecond);
      awaitInstant(due);
      long number = sent++;
      long sentAt = System.nanoTime();
      open.incrementAndGet();
      client.send(
          bodies.get((int) (number % bodies.size())).numbered(number),
          answer -> {
            // A whole answer takes memory and says nothing, but for a sample.
            BalancedClient.Answer kept =
                answer.isOk() && !answer.partial() && number % SAMPLE != 0
                    ? answer.withoutBody()
                    : answer;
            ended.add(new Sent(number, due, sentAt, System.nanoTime(), kept));
            open.decrementAndGet();
          });
    }
    Await.until("the last answer", LAST_ANSWER, () -> open.get() == 0);
    Set<String> refused = refusedKeys.get();
    return ended.stream().map(each -> outcome(each, refused)).toList();
  }

  /** Answers are compared after the load, which they would disturb. */
  private Outcome outcome(Sent sent, Set<String> refused) {
    BalancedClient.Answer answer = sent.answer();
    int lacking = 0;
    int unexplained = 0;
    String wrong = null;
    if (answer.isOk() && answer.body().length > 0) {
      AnswerCheck.Partial found =
          check.partial(
              (int) (sent.number() % workload.requests()),
              coldCandidates,
              sent.number(),
              answer.body());
      Set<String> others = new HashSet<>(found.lackingKeys());
      lacking = others.size();
      others.removeAll(refused);
      unexplained = others.size();
      wrong = found.wrong();
    }
    return new Outcome(
        answer.instance(),
        sent.dueNanos(),
        sent.endNanos(),
        sent.ownNanos(client.stalls()),
        failure(answer),
        lacking,
        unexplained,
        wrong,
        answer.timing(),
        answer.serviceMillis(),
        answer.attempts());
  }

  private static String failure(BalancedClient.Answer answer) {
    if (answer.isOk()) {
      return null;
    }
    return answer.failure() == null ? "status " + answer.status() : answer.failure();
  }

  private static void awaitInstant(long nanos) {
    long wait;
    while ((wait = nanos - System.nanoTime()) > 0) {
      LockSupport.parkNanos(wait);
    }
  }
}
