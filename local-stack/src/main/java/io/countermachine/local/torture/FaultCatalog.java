package io.countermachine.local.torture;

import static io.countermachine.local.torture.InjectedFault.alone;
import static io.countermachine.local.torture.InjectedFault.lasting;
import static io.countermachine.local.torture.InjectedFault.once;
import static io.countermachine.local.torture.InjectedFault.sudden;
import static io.countermachine.local.torture.InjectedFault.timed;

import io.countermachine.local.cli.Usage;
import io.countermachine.local.faults.FaultRules;
import io.countermachine.local.faults.StoreFault;
import io.countermachine.local.process.Timeouts;
import io.countermachine.local.progress.Settlement;
import io.countermachine.local.verification.JobHistory;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** Everything that a run breaks. */
final class FaultCatalog {
  /** The faults' names, in the order in which each is tried alone. */
  static final List<String> NAMES = Usage.listedIn("torture", "faults:");

  private static final String WRITE = "BatchWriteItem";
  private static final int SPARE_PARTITIONS = 2;

  /** How many events are in a transaction that nobody ends. */
  private static final int UNENDED = 20;

  /** Longer than the job's client waits for an answer. */
  private static final Duration LATER_THAN_THE_CLIENT_WAITS = Duration.ofSeconds(11);

  private static final Duration SLOW = Duration.ofSeconds(2);

  /** Makes the writes of a checkpoint take so long that one can be seen under way. */
  private static final Duration SLOW_FLUSH = Duration.ofMillis(300);

  /**
   * How long what lasts does.
   *
   * @param broker how long the broker is away
   * @param outage how long the store is away
   * @param other how long anything else lasts
   */
  record Lengths(Duration broker, Duration outage, Duration other) {}

  private final TortureStack stack;
  private final Lengths lengths;
  private final Random random;
  private final LateWriteFault lateWrite;
  private final SavepointRestart resumption;
  private final RetainExchangeFault retainExchange;
  private final LongOutageFault longOutage;
  private final TopicChangeFault topicChange;
  private final EmptiedTableFault emptiedTable;

  FaultCatalog(
      TortureStack stack, Settlement settlement, JobHistory history, Lengths lengths, long seed) {
    this.stack = stack;
    this.lengths = lengths;
    this.random = new Random(seed);
    this.lateWrite = new LateWriteFault(stack, settlement);
    this.resumption = new SavepointRestart(stack, settlement, history);
    this.retainExchange = new RetainExchangeFault(stack, settlement, resumption);
    this.longOutage = new LongOutageFault(stack, settlement);
    this.topicChange = new TopicChangeFault(stack, settlement, resumption);
    this.emptiedTable = new EmptiedTableFault(stack, settlement, resumption);
  }

  /** All of them, in the order of their names. */
  List<InjectedFault> all() {
    List<InjectedFault> all = create();
    List<String> names = all.stream().map(InjectedFault::name).toList();
    if (!names.equals(NAMES)) {
      throw new IllegalStateException("faults are not in the list of their names: " + names);
    }
    return all;
  }

  private List<InjectedFault> create() {
    FlinkCluster cluster = stack.cluster();
    return List.of(
        sudden(
            "taskmanager killed",
            () -> cluster.killTaskManager(random.nextInt(2) % cluster.size())),
        sudden("jobmanager killed", cluster::killJobManager),
        sudden("jobmanager and taskmanagers killed", cluster::killAll),
        timed("taskmanagers killed in a checkpoint", () -> inCheckpoint(cluster::killTaskManagers)),
        timed("jobmanager killed in a checkpoint", () -> inCheckpoint(cluster::killJobManager)),
        timed("taskmanagers killed in a restore", this::killInRestore),
        lasting("broker killed", lengths.broker(), stack::killBroker, stack::startBroker),
        lasting(
            "a partition idle",
            lengths.other(),
            () -> stack.feed().leaveIdle(1),
            () -> stack.feed().leaveIdle(0)),
        lasting(
            "half of all events on one key",
            lengths.other(),
            () -> stack.feed().hotShare(0.5),
            () -> stack.feed().hotShare(0)),
        once("partitions added", () -> stack.addPartitions(SPARE_PARTITIONS)),
        alone("a producer dies in a transaction", () -> stack.feed().dieInTransaction(UNENDED)),
        store("store throttles", sometimes(0.7, StoreFault.throttled())),
        store("store answers 500", sometimes(0.5, StoreFault.serverError())),
        store("store leaves items unprocessed", sometimes(0.8, StoreFault.unprocessed(0.5))),
        store("store never answers some calls", sometimes(0.05, StoreFault.silence())),
        store(
            "store answers after the client gave up",
            sometimes(0.05, StoreFault.lateAnswer(LATER_THAN_THE_CLIENT_WAITS))),
        store(
            "store takes calls late",
            sometimes(0.05, StoreFault.lateCall(LATER_THAN_THE_CLIENT_WAITS))),
        store("store resets connections", sometimes(0.3, StoreFault.reset())),
        store("one store call in 20 slow", FaultRules.oneOf(20, StoreFault.lateAnswer(SLOW))),
        lasting("store away", lengths.outage(), stack.proxy()::outage, stack.proxy()::restore),
        alone("stopped, resumed at parallelism 1", () -> resumption.resume(1)),
        alone("stopped, resumed at parallelism 4", () -> resumption.resume(4)),
        alone("stopped, resumed at parallelism 2", () -> resumption.resume(2)),
        once("stopped, resumed with a group more", resumption::addGroup),
        alone("stopped, resumed with exchanged retain", retainExchange::run),
        alone("stopped, resumed with other topics", topicChange::run),
        alone("stopped, table emptied, refused, republished", emptiedTable::run),
        alone("an outage longer than ids are remembered", longOutage::run),
        alone("write of a dead taskmanager lands late", lateWrite::run),
        sudden("service killed", stack.service()::killAndStart),
        alone("store away at the service's start", this::startServiceWithoutStore));
  }

  private FaultRules sometimes(double share, StoreFault fault) {
    return FaultRules.sometimes(random.nextLong(), share, fault);
  }

  private InjectedFault store(String name, FaultRules rules) {
    return lasting(
        name,
        lengths.other(),
        () -> stack.proxy().rules(rules),
        () -> stack.proxy().rules(FaultRules.none()));
  }

  private boolean inCheckpoint(Runnable kill) {
    FaultRules slow = FaultRules.always(StoreFault.lateAnswer(SLOW_FLUSH)).on(WRITE);
    stack.proxy().rules(slow);
    boolean seen = awaitBriefly(stack.flink()::checkpointInProgress);
    kill.run();
    stack.proxy().rules(FaultRules.none());
    return seen;
  }

  private boolean killInRestore() {
    stack.cluster().killTaskManagers();
    Timeouts.await("the failure of the job", () -> !stack.flink().isRunning());
    boolean seen = awaitBriefly(stack.flink()::isStarting);
    stack.cluster().killTaskManagers();
    return seen;
  }

  /** Waits closely for what lasts a moment only; whether it was seen. */
  private static boolean awaitBriefly(BooleanSupplier moment) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    boolean seen = moment.getAsBoolean();
    while (!seen && System.nanoTime() < end) {
      Thread.onSpinWait();
      seen = moment.getAsBoolean();
    }
    return seen;
  }

  /** How many items late writes made stale for a while. */
  long staleSeen() {
    return lateWrite.staleSeen();
  }

  private void startServiceWithoutStore() {
    stack.proxy().outage();
    stack.service().killAndStart();
    Timeouts.await("the service's saying that it is not ready", stack.service()::saysNotReady);
    stack.proxy().restore();
    stack.service().awaitReady();
  }
}
