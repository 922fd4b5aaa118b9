package io.countermachine.local.torture;

import io.countermachine.local.faults.FaultRules;
import io.countermachine.local.faults.StoreFault;
import io.countermachine.local.process.Timeouts;
import io.countermachine.local.progress.Settlement;
import io.countermachine.local.torture.InjectedFault.Kind;
import io.countermachine.local.verification.JobHistory;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** Every fault that a run injects, in the order in which each is tried alone. */
final class FaultCatalog {
  static final String WRITE = "BatchWriteItem";

  private static final int SPARE_PARTITIONS = 2;
  private static final int EVENTS_OF_A_DEAD_PRODUCER = 20;

  /** Longer than the job's client waits for a response. */
  private static final Duration AFTER_THE_CLIENT_GAVE_UP = Duration.ofSeconds(11);

  private static final Duration SLOW = Duration.ofSeconds(2);

  /** Makes the writes of a checkpoint so slow that a checkpoint can be observed in progress. */
  private static final Duration SLOW_FLUSH = Duration.ofMillis(300);

  /**
   * The durations of lasting faults.
   *
   * @param broker how long the broker is down
   * @param outage how long the store is down
   * @param other the duration of any other fault
   */
  record Lengths(Duration broker, Duration outage, Duration other) {}

  /** A row of the table of faults. */
  private record Fault(
      String name,
      Kind kind,
      Function<Lengths, Duration> lasts,
      Predicate<FaultCatalog> inject,
      Consumer<FaultCatalog> heal) {
    private InjectedFault in(FaultCatalog run) {
      return new InjectedFault(
          name, kind, lasts.apply(run.lengths), () -> inject.test(run), () -> heal.accept(run));
    }
  }

  private static final List<Fault> FAULTS =
      List.of(
          sudden(
              "taskmanager killed",
              run ->
                  run.stack
                      .cluster()
                      .killTaskManager(run.random.nextInt(2) % run.stack.cluster().size())),
          sudden("jobmanager killed", run -> run.stack.cluster().killJobManager()),
          sudden("jobmanager and taskmanagers killed", run -> run.stack.cluster().killAll()),
          timed(
              "taskmanagers killed in a checkpoint",
              run -> run.inCheckpoint(run.stack.cluster()::killTaskManagers)),
          timed(
              "jobmanager killed in a checkpoint",
              run -> run.inCheckpoint(run.stack.cluster()::killJobManager)),
          timed("taskmanagers killed in a restore", FaultCatalog::killInRestore),
          lasting(
              "broker killed",
              Lengths::broker,
              run -> run.stack.killBroker(),
              run -> run.stack.startBroker()),
          lasting(
              "a partition idle",
              Lengths::other,
              run -> run.stack.feed().leaveIdle(1),
              run -> run.stack.feed().leaveIdle(0)),
          lasting(
              "half of all events on one key",
              Lengths::other,
              run -> run.stack.feed().hotShare(0.5),
              run -> run.stack.feed().hotShare(0)),
          of(Kind.ONCE, "partitions added", run -> run.stack.addPartitions(SPARE_PARTITIONS)),
          alone(
              "a producer dies in a transaction",
              run -> run.stack.feed().dieInTransaction(EVENTS_OF_A_DEAD_PRODUCER)),
          store("store throttles", sometimes(0.7, StoreFault.throttled())),
          store("store answers 500", sometimes(0.5, StoreFault.serverError())),
          store("store leaves items unprocessed", sometimes(0.8, StoreFault.unprocessed(0.5))),
          store("store never answers some calls", sometimes(0.05, StoreFault.silence())),
          store(
              "store answers after the client gave up",
              sometimes(0.05, StoreFault.lateAnswer(AFTER_THE_CLIENT_GAVE_UP))),
          store(
              "store takes calls late",
              sometimes(0.05, StoreFault.lateCall(AFTER_THE_CLIENT_GAVE_UP))),
          store("store resets connections", sometimes(0.3, StoreFault.reset())),
          store(
              "one store call in 20 slow",
              run -> FaultRules.oneOf(20, StoreFault.lateAnswer(SLOW))),
          lasting(
              "store away",
              Lengths::outage,
              run -> run.stack.proxy().outage(),
              run -> run.stack.proxy().restore()),
          alone("stopped, resumed at parallelism 1", run -> run.restart.resume(1)),
          alone("stopped, resumed at parallelism 4", run -> run.restart.resume(4)),
          alone("stopped, resumed at parallelism 2", run -> run.restart.resume(2)),
          of(Kind.ONCE, "stopped, resumed with a group more", run -> run.restart.addGroup()),
          alone("stopped, resumed with exchanged retain", run -> run.scenarios.exchangeRetain()),
          alone("stopped, resumed with other topics", run -> run.scenarios.changeTopics()),
          alone("stopped, table emptied, refused, republished", run -> run.scenarios.emptyTable()),
          alone("an outage longer than ids are remembered", run -> run.scenarios.longOutage()),
          alone("write of a dead taskmanager lands late", run -> run.scenarios.lateWrite()),
          sudden("service killed", run -> run.stack.service().killAndStart()),
          alone("store away at the service's start", FaultCatalog::startServiceWithoutStore));

  /** The faults' names. */
  static final List<String> NAMES = FAULTS.stream().map(Fault::name).toList();

  private final TortureStack stack;
  private final Lengths lengths;
  private final Random random;
  private final SavepointRestart restart;
  private final FaultScenarios scenarios;

  FaultCatalog(
      TortureStack stack, Settlement settlement, JobHistory history, Lengths lengths, long seed) {
    this.stack = stack;
    this.lengths = lengths;
    this.random = new Random(seed);
    this.restart = new SavepointRestart(stack, settlement, history);
    this.scenarios = new FaultScenarios(stack, settlement, restart);
  }

  /** All faults, in the order of their names. */
  List<InjectedFault> all() {
    return FAULTS.stream().map(fault -> fault.in(this)).toList();
  }

  private static Fault of(Kind kind, String name, Consumer<FaultCatalog> inject) {
    return new Fault(name, kind, lengths -> Duration.ZERO, always(inject), run -> {});
  }

  private static Fault sudden(String name, Consumer<FaultCatalog> inject) {
    return of(Kind.SUDDEN, name, inject);
  }

  private static Fault alone(String name, Consumer<FaultCatalog> inject) {
    return of(Kind.ALONE, name, inject);
  }

  /** A sudden fault that targets a certain moment, and reports whether it hit it. */
  private static Fault timed(String name, Predicate<FaultCatalog> inject) {
    return new Fault(name, Kind.SUDDEN, lengths -> Duration.ZERO, inject, run -> {});
  }

  private static Fault lasting(
      String name,
      Function<Lengths, Duration> lasts,
      Consumer<FaultCatalog> inject,
      Consumer<FaultCatalog> heal) {
    return new Fault(name, Kind.LASTING, lasts, always(inject), heal);
  }

  private static Fault store(String name, Function<FaultCatalog, FaultRules> rules) {
    return lasting(
        name,
        Lengths::other,
        run -> run.stack.proxy().rules(rules.apply(run)),
        run -> run.stack.proxy().rules(FaultRules.none()));
  }

  private static Function<FaultCatalog, FaultRules> sometimes(double share, StoreFault fault) {
    return run -> FaultRules.sometimes(run.random.nextLong(), share, fault);
  }

  private static Predicate<FaultCatalog> always(Consumer<FaultCatalog> inject) {
    return run -> {
      inject.accept(run);
      return true;
    };
  }

  private boolean inCheckpoint(Runnable kill) {
    stack.proxy().rules(FaultRules.always(StoreFault.lateAnswer(SLOW_FLUSH)).on(WRITE));
    boolean seen = spinUntil(stack.flink()::checkpointInProgress);
    kill.run();
    stack.proxy().rules(FaultRules.none());
    return seen;
  }

  private boolean killInRestore() {
    stack.cluster().killTaskManagers();
    Timeouts.await("the failure of the job", () -> !stack.flink().isRunning());
    boolean seen = spinUntil(stack.flink()::isStarting);
    stack.cluster().killTaskManagers();
    return seen;
  }

  /** Polls for a condition that holds only for a moment, and returns whether it was seen. */
  private static boolean spinUntil(BooleanSupplier moment) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    boolean seen = moment.getAsBoolean();
    while (!seen && System.nanoTime() < end) {
      Thread.onSpinWait();
      seen = moment.getAsBoolean();
    }
    return seen;
  }

  private void startServiceWithoutStore() {
    stack.proxy().outage();
    stack.service().killAndStart();
    Timeouts.await("the service's saying that it is not ready", stack.service()::saysNotReady);
    stack.proxy().restore();
    stack.service().awaitReady();
  }

  /** How many items late writes made stale for a while. */
  long staleSeen() {
    return scenarios.staleSeen();
  }
}
