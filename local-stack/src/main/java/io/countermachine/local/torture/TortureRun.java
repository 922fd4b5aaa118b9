package io.countermachine.local.torture;

import io.countermachine.local.process.Timeouts;
import io.countermachine.local.process.Topics;
import io.countermachine.local.progress.Settlement;
import io.countermachine.local.torture.FaultCatalog.Lengths;
import io.countermachine.local.torture.InjectedFault.Kind;
import io.countermachine.local.torture.TortureCatalogs.Choice;
import io.countermachine.local.torture.TortureReport.Step;
import io.countermachine.local.verification.ExpectedState;
import io.countermachine.local.verification.JobHistory;
import io.countermachine.local.verification.TableComparison;
import io.countermachine.local.verification.TableComparison.Result;
import io.countermachine.local.verification.TopicRecords;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** One run: injects faults, waits for recovery, and compares. */
public final class TortureRun {
  private static final Lengths SHORT =
      new Lengths(Duration.ofSeconds(10), Duration.ofSeconds(12), Duration.ofSeconds(8));
  private static final Lengths LONG =
      new Lengths(Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofSeconds(15));

  /**
   * What to do.
   *
   * @param folder the folder for data, logs and the report
   * @param minutes how long to inject faults; 0 for the short run
   * @param only the only faults to inject, one after the other; empty for all
   * @param backend the job's state backend
   * @param storedAs the format in which the job writes items
   */
  public record Options(
      Path folder,
      long seed,
      long minutes,
      List<String> only,
      StateBackend backend,
      StoredFormat storedAs) {

    /** The short run. */
    public static Options brief(Path folder, long seed) {
      return new Options(folder, seed, 0, List.of(), StateBackend.HEAP, StoredFormat.MIXED);
    }
  }

  /** The metric that tells how far the verbs' operator has progressed. */
  private static final String EVENT_TIME = "derive.eventTimeMillis";

  private final Options options;
  private final TortureStack stack;
  private final JobHistory history;
  private final Settlement settlement;
  private final FaultCatalog faults;
  private final Consumer<String> progress;
  private final long beginNanos = System.nanoTime();
  private final List<Step> steps = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private int probes;
  private long largestMegabytes;

  private TortureRun(Options options, TortureStack stack, Consumer<String> progress) {
    this.options = options;
    this.stack = stack;
    this.progress = progress;
    this.history = new JobHistory(Choice.FIRST.catalog(), Set.of(Topics.EVENTS));
    this.settlement = new Settlement(stack::broker, history::topics, stack.flink());
    this.faults =
        new FaultCatalog(
            stack, settlement, history, options.minutes() == 0 ? SHORT : LONG, options.seed());
  }

  /** Runs, and returns the report, which is also written to the folder. */
  public static TortureReport run(Options options, Consumer<String> progress) {
    try (TortureStack stack = TortureStack.start(options, progress)) {
      return new TortureRun(options, stack, progress).run();
    }
  }

  private TortureReport run() {
    breakThings();
    long rightAnswers = stack.service().rightAnswers();
    stack.feed().pause();
    long pausedMillis = System.currentTimeMillis();
    say("settling …");
    long settleBegin = System.nanoTime();
    // A write that arrives late may still make an item stale that is right now.
    settlement.awaitConfirmed();
    awaitVerbs(pausedMillis);
    settlement.awaitConfirmed();
    ExpectedState truth = truth();
    Result result = compare(truth);
    double settled = secondsSince(settleBegin);
    failures.addAll(stack.service().failures(rightAnswers));
    if (stack.feed().sent() != result.events()) {
      failures.add(
          "%d events were sent, %d are in the topic"
              .formatted(stack.feed().sent(), result.events()));
    }
    boolean isBrief = options.minutes() == 0 && options.only().isEmpty();
    if (isBrief && truth.blocked() == 0) {
      failures.add("no event was one that a rule blocks");
    }
    TortureReport report =
        TortureReport.of(options.seed(), steps, result, figures(truth, result, settled), failures);
    report.write(options.folder().resolve("report.json"));
    return report;
  }

  private Map<String, Object> figures(ExpectedState truth, Result result, double settledSeconds) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("events", result.events());
    figures.put("events in aborted transactions", stack.feed().aborted());
    figures.put("events that rules blocked", truth.blocked());
    figures.put("state backend", options.backend().name().toLowerCase(Locale.ROOT));
    figures.put("items compared", result.items());
    figures.put("items in packed form", stack.items().packed());
    figures.put("dead letters", result.deadLetters());
    figures.put("dead letters that came twice", result.repeatedLetters());
    figures.put("faults of store calls", stack.proxy().injected());
    figures.put("items that late writes made stale for a while", faults.staleSeen());
    figures.put("answers of the service", stack.service().answers());
    figures.put("calls of the service without an answer", stack.service().errors());
    figures.put("largest taskmanager in MB", largestMegabytes);
    figures.put("settled in s", settledSeconds);
    figures.put("minutes", secondsSince(beginNanos) / 60);
    return figures;
  }

  private void breakThings() {
    FaultSchedule schedule = new FaultSchedule(faults.all(), options.seed());
    List<List<InjectedFault>> fixed = fixed(schedule);
    for (List<InjectedFault> step : fixed) {
      if (!failures.isEmpty()) {
        return;
      }
      take(step);
    }
    while (options.only().isEmpty()
        && failures.isEmpty()
        && secondsSince(beginNanos) < options.minutes() * 60) {
      take(schedule.mixed());
    }
  }

  private List<List<InjectedFault>> fixed(FaultSchedule schedule) {
    if (!options.only().isEmpty()) {
      return schedule.named(options.only().stream().map(List::of).toList());
    }
    return options.minutes() == 0 ? schedule.named(FaultSchedule.SHORT) : schedule.eachAlone();
  }

  /**
   * Injects faults together, ends them, and measures how long a new event takes to become readable.
   */
  private void take(List<InjectedFault> step) {
    stack.rules().next();
    say(String.join(" + ", step.stream().map(InjectedFault::name).toList()));
    long beginMillis = System.currentTimeMillis();
    long restoresBefore = stack.flink().restores();
    Duration lasts = step.stream().map(InjectedFault::lasts).max(Duration::compareTo).orElseThrow();
    Set<InjectedFault> missed = new HashSet<>();
    step.stream().filter(each -> each.kind() == Kind.LASTING).forEach(each -> inject(each, missed));
    if (step.size() > 1) {
      Timeouts.pass(lasts.dividedBy(2));
    }
    step.stream().filter(each -> each.kind() != Kind.LASTING).forEach(each -> inject(each, missed));
    Timeouts.pass(step.size() > 1 ? lasts.dividedBy(2) : lasts);
    step.forEach(each -> each.heal().run());
    List<String> names =
        step.stream().map(each -> (missed.contains(each) ? "missed: " : "") + each.name()).toList();
    double recovered = recover(names);
    long restores = stack.flink().restores() - restoresBefore;
    largestMegabytes = Math.max(largestMegabytes, stack.cluster().largestTaskManagerMegabytes());
    steps.add(new Step(names, beginMillis, recovered, Math.max(0, restores)));
    say("  recovered in %.1f s".formatted(recovered));
  }

  private void inject(InjectedFault fault, Set<InjectedFault> missed) {
    if (!fault.inject().getAsBoolean()) {
      missed.add(fault);
      say("  missed the moment of: " + fault.name());
    }
  }

  private double recover(List<String> names) {
    long healed = System.nanoTime();
    String user = "probe" + probes++;
    double expected = stack.feed().sendToAll(MonitoredService.view(user));
    try {
      Timeouts.await(
          "reading a new event",
          () -> stack.service().views(user).filter(views -> views == expected).isPresent());
    } catch (IllegalStateException e) {
      failures.add("no recovery from " + names + ": " + e.getMessage());
    }
    return secondsSince(healed);
  }

  /**
   * Waits until event time has passed everything that verbs may still wait for after the last
   * event, and until their results are counted. A checkpoint that begins after that contains them.
   */
  private void awaitVerbs(long lastEventMillis) {
    long end = lastEventMillis + TortureCatalogs.VERBS_WAIT.toMillis();
    Timeouts.await(
        "the end of what verbs wait for", () -> stack.flink().minOf(EVENT_TIME).orElse(0) >= end);
    long given = System.currentTimeMillis();
    Timeouts.await(
        "the counting of what verbs gave", () -> stack.flink().newestCheckpointMillis() > given);
  }

  private ExpectedState truth() {
    String servers = stack.broker().bootstrapServers();
    return new ExpectedState(
        history, TopicRecords.events(servers, history.allTopics()), stack.rules());
  }

  private Result compare(ExpectedState truth) {
    return TableComparison.compare(
        truth,
        stack.items().all(),
        TopicRecords.deadLetters(stack.broker().bootstrapServers(), Topics.DEAD_LETTERS),
        Instant.now());
  }

  private void say(String line) {
    progress.accept("%5.0f s  %s".formatted(secondsSince(beginNanos), line));
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }
}
