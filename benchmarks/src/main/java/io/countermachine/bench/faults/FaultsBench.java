package io.countermachine.bench.faults;

import io.countermachine.bench.BenchCommand;
import io.countermachine.bench.load.LoadPlan;
import io.countermachine.bench.load.LoadSession;
import io.countermachine.bench.process.ServiceProcess;
import io.countermachine.bench.report.Machine;
import io.countermachine.bench.report.Report;
import io.countermachine.bench.serving.ServingBench;
import io.countermachine.bench.workload.Workload;
import io.countermachine.local.process.JavaProcess;
import io.countermachine.local.process.Ports;
import io.countermachine.local.process.Stalls;
import io.countermachine.local.stub.DynamoDbStub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * {@code bench faults}: two instances of the feature service with the shipped settings, at half of
 * the load that one of them bears, while the store or an instance fails.
 */
@Command(
    name = "faults",
    description =
        "latency and errors of the service while its store refuses calls or pauses, and in a rolling restart")
public final class FaultsBench extends BenchCommand {
  static final Duration DEADLINE = Duration.ofMillis(100);
  private static final Duration PAUSE = Duration.ofMillis(300);
  private static final Duration BETWEEN_PAUSES = Duration.ofSeconds(2);
  private static final Duration BEFORE_A_RESTART = Duration.ofSeconds(3);
  private static final Duration MOST_TO_STOP = Duration.ofSeconds(60);
  private static final Workload.Features FEATURES = Workload.Features.SIX_GROUPS;
  private static final int ONE_OF = 10;
  private static final double MISS_SHARE = 0.2;
  private static final int HOT_REQUESTS = 10;
  private static final double BOUND_MILLIS = 200;
  private static final int MOST_WARM_UPS = 10;
  private static final double SMOKE_RATE = 5;
  private static final double SMOKE_SECONDS = 2;

  /** As shipped, and the time that a balancer needs to see that an instance is not ready. */
  private static final List<String> SETTINGS =
      List.of("--counter-machine.probes.pre-stop-delay=1s");

  private static final List<String> JVM = List.of("-Xms1g", "-Xmx1g");

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "20",
      description =
          "how long each scenario lasts, default ${DEFAULT-VALUE}; a restart takes as long as it takes")
  private double seconds;

  @Option(
      names = "--rate",
      paramLabel = "R",
      defaultValue = "0",
      description = "requests/s, default: half of the highest rate that one instance sustains")
  private double rate;

  @Option(
      names = "--only",
      paramLabel = "NAMES",
      split = ",",
      hideParamSyntax = true,
      description =
          "some of none,refused,pause,neighbor,restart, separated by commas; not kept in results/")
  private Set<Scenario> only = EnumSet.allOf(Scenario.class);

  @Option(
      names = "--service",
      paramLabel = "FLAGS",
      defaultValue = "",
      description = "additional flags for the JVM of the service, separated by spaces")
  private String serviceFlags;

  private final List<ServiceProcess> instances = new ArrayList<>();
  private Path folder;
  private Path catalog;
  private Workload workload;
  private DynamoDbStub stub;
  private int started;

  public FaultsBench() {
    super(Set.of(), Set.of("--only", "--service"));
  }

  @Override
  protected void check() {
    super.check();
    requireBetween("--seconds", seconds, 1, 3_600);
    requireBetween("--rate", rate, 0, 1_000_000);
  }

  /** Measures all scenarios one after the other, prints the table and writes the report. */
  @Override
  public void run(Path workFolder, Path resultFolder) throws IOException {
    folder = Report.emptyFolder(workFolder);
    workload =
        new Workload(
            FEATURES,
            isSmoke() ? Workload.Size.SMOKE : Workload.Size.FULL.withRequests(HOT_REQUESTS));
    catalog = Files.writeString(folder.resolve(FEATURES.file()), FEATURES.text());
    say("bench faults; logs are in " + folder.resolve("logs"));
    try (DynamoDbStub store =
            DynamoDbStub.start(
                folder,
                Ports.free(),
                new DynamoDbStub.Options(DynamoDbStub.USUAL_LATENCY, true, 1, "1g"));
        DynamoDbClient tables = store.client();
        BalancedClient client = new BalancedClient()) {
      stub = store;
      workload.fill(tables);
      try {
        publish(measure(client), resultFolder.resolve("faults.json"));
      } finally {
        instances.forEach(ServiceProcess::close);
      }
    }
  }

  private void publish(FaultsReport report, Path file) {
    publish(report, report.lines(), file);
  }

  private FaultsReport measure(BalancedClient client) throws IOException {
    int cold = workload.coldCandidates(MISS_SHARE);
    double load = load(cold);
    instances.add(start(SETTINGS));
    instances.add(start(SETTINGS));
    instances.forEach(instance -> client.add(instance.address()));
    FaultLoad requests = new FaultLoad(client, workload, cold);
    warmUp(requests, load);
    List<FaultsReport.Measured> measured = new ArrayList<>();
    List<String> log = new ArrayList<>(List.of(Outcome.COLUMNS));
    Stalls stalls = Stalls.begin();
    for (Scenario scenario : only) {
      say("  " + scenario.title());
      Stalls.Seen unused = stalls.take();
      Stalls.Seen unusedToo = DynamoDbStub.stalls(stub.endpoint());
      ProcessorWait wait = new ProcessorWait();
      long begin = System.nanoTime();
      List<FaultsReport.Span> faults = new ArrayList<>();
      CompletableFuture<Void> injection =
          CompletableFuture.runAsync(() -> inject(scenario, client, faults::add));
      List<Outcome> outcomes =
          requests.run(load, () -> !injection.isDone(), () -> stub.refusedKeys());
      injection.join();
      FaultsReport.Measured of =
          FaultsReport.Measured.of(
              scenario,
              outcomes,
              faults,
              wait.share(),
              stalls.take(),
              DynamoDbStub.stalls(stub.endpoint()));
      outcomes.forEach(each -> log.add(each.line(scenario, begin)));
      of.lines().forEach(line -> say("    " + line));
      measured.add(of);
    }
    say("each request is in " + Files.write(folder.resolve("requests.tsv"), log));
    return FaultsReport.of(Machine.here(), load, SETTINGS, measured);
  }

  /** Sends the load until no request of a round is late or has an error, or for some rounds. */
  private void warmUp(FaultLoad requests, double load) {
    say("  warm-up at %.1f requests/s".formatted(load));
    Set<String> none = Set.of();
    for (int round = 1; round <= (isSmoke() ? 1 : MOST_WARM_UPS); round++) {
      List<Outcome> outcomes = requests.run(load, until(length().dividedBy(2)), () -> none);
      long bad =
          outcomes.stream()
              .filter(each -> each.hasError() || FaultsReport.Measured.isLate(each))
              .count();
      say("    %d requests, %d of them late or with an error".formatted(outcomes.size(), bad));
      if (bad == 0) {
        return;
      }
    }
  }

  private ServiceProcess start(List<String> settings) {
    return ServiceProcess.featureService(
        new ServiceProcess.Setup(
            "feature-service-" + ++started, folder, catalog, stub.endpoint(), settings, jvm()));
  }

  private List<String> jvm() {
    List<String> flags = new ArrayList<>(isSmoke() ? ServiceProcess.QUICK_START : JVM);
    flags.addAll(words(serviceFlags));
    return flags;
  }

  /**
   * The rate that was asked for, or half of the highest one that an instance sustains. That
   * instance has long deadlines: beyond the highest rate, responses would lack values.
   */
  private double load(int cold) {
    if (isSmoke() || rate > 0) {
      return isSmoke() ? SMOKE_RATE : rate;
    }
    say("  the highest load of one instance");
    try (ServiceProcess instance = start(ServingBench.PATIENT);
        LoadSession session = LoadSession.start("load", folder, JVM, progress())) {
      return session
              .run(
                  new LoadPlan(
                      "one instance",
                      instance.address().toString(),
                      stub.endpoint().toString(),
                      false,
                      List.of(instance.process().pid()),
                      FEATURES,
                      workload.size(),
                      cold,
                      0,
                      BOUND_MILLIS,
                      new LoadPlan.Course(4, 10, 3, 12, 3)))
              .highest()
              .rate()
          / 2;
    }
  }

  private void inject(
      Scenario scenario, BalancedClient client, Consumer<FaultsReport.Span> faults) {
    switch (scenario) {
      case NONE -> pass(length());
      case REFUSED -> {
        stub.refuseOneReadOf(ONE_OF);
        pass(length());
        stub.refuseOneReadOf(0);
      }
      case PAUSE -> {
        long end = System.nanoTime() + length().toNanos();
        do {
          pass(BETWEEN_PAUSES);
          long begin = System.nanoTime();
          signal(stub.process(), "-STOP");
          pass(PAUSE);
          signal(stub.process(), "-CONT");
          faults.accept(new FaultsReport.Span(begin, System.nanoTime()));
        } while (System.nanoTime() < end);
        pass(BETWEEN_PAUSES);
      }
      case NEIGHBOR -> {
        pass(BEFORE_A_RESTART);
        try (ServiceProcess neighbor = start(SETTINGS)) {
          say("    %s is ready".formatted(neighbor.process().name()));
        }
      }
      case RESTART -> {
        for (int i = 0; i < 2; i++) {
          pass(BEFORE_A_RESTART);
          ServiceProcess old = instances.get(i);
          old.process().stop(MOST_TO_STOP);
          client.remove(old.address());
          say("    %s has ended".formatted(old.process().name()));
          instances.set(i, start(SETTINGS));
          client.add(instances.get(i).address());
          say("    %s is ready".formatted(instances.get(i).process().name()));
        }
        pass(BEFORE_A_RESTART);
      }
    }
  }

  private Duration length() {
    return Duration.ofNanos((long) ((isSmoke() ? SMOKE_SECONDS : seconds) * 1e9));
  }

  private static BooleanSupplier until(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    return () -> System.nanoTime() < end;
  }

  private static void pass(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    long left;
    while ((left = end - System.nanoTime()) > 0) {
      LockSupport.parkNanos(left);
    }
  }

  private static void signal(JavaProcess process, String signal) {
    try {
      int code = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
      if (code != 0) {
        throw new IllegalStateException("kill %s ended with %d".formatted(signal, code));
      }
    } catch (IOException e) {
      throw new IllegalStateException("kill " + signal + " failed: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while sending " + signal, e);
    }
  }
}
