package io.countermachine.bench.serving;

import io.countermachine.bench.load.LoadPlan;
import io.countermachine.bench.load.LoadResult;
import io.countermachine.bench.report.BenchFiles;
import io.countermachine.bench.report.SmokeRun;
import io.countermachine.bench.serving.ServingReport.SameRate;
import io.countermachine.bench.workload.Workload;
import io.countermachine.local.process.Ports;
import io.countermachine.local.stub.DynamoDbStub;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * {@code bench serving}: the feature service beside the bare SDK, which no service can beat, and
 * beside the service one would write first; all on one stub, with the same requests for the same
 * items, one after the other. Each is in a process of its own, and so are the stub and the load
 * generator; the bare SDK is driven from within its process.
 */
public final class ServingBench {
  private static final DynamoDbStub.Options STORE =
      new DynamoDbStub.Options(DynamoDbStub.USUAL_LATENCY, true, 1, "1g");

  private final ServingOptions options;
  private final Path folder;
  private final Consumer<String> progress;
  private final Workload workload;
  private final Map<Contender, LoadResult> results = new EnumMap<>(Contender.class);
  private SameRate sameRate;
  private URI store;
  private ServingProcesses processes;

  /**
   * Prepares a benchmark.
   *
   * @param folder for logs and temporary files
   */
  public ServingBench(ServingOptions options, Path folder, Consumer<String> progress) {
    this.options = options;
    this.folder = folder;
    this.progress = progress;
    this.workload = new Workload(options.size());
  }

  /** Measures, prints the table and writes the report; at one rate there is nothing to report. */
  public Optional<ServingReport> run(Path resultFile) {
    progress.accept("bench serving; logs are in " + folder.resolve("logs"));
    createFolder(folder);
    try (DynamoDbStub stub = DynamoDbStub.start(folder, Ports.free(), STORE);
        DynamoDbClient client = stub.client()) {
      store = stub.endpoint();
      processes = new ServingProcesses(folder, store, options, progress);
      progress.accept(
          "the stub holds %d items; it answers after %d ms"
              .formatted(Filling.fill(client, workload), STORE.latency().toMillis()));
      measureUncached();
      measureCached();
      measureObvious();
    }
    if (options.rate() > 0) {
      return Optional.empty();
    }
    ServingReport report = ServingGoals.report(options, workload, STORE, results, sameRate);
    BenchFiles.write(report, resultFile);
    if (options.isSmoke()) {
      progress.accept(SmokeRun.NOTE);
    }
    ServingTable.lines(report).forEach(progress);
    progress.accept("written to " + resultFile);
    return Optional.of(report);
  }

  private boolean wanted(Contender contender) {
    boolean wanted = options.contenders().contains(contender);
    if (wanted) {
      progress.accept("  " + contender.title());
    }
    return wanted;
  }

  /** The floor, and the service with its cache off; both also at one rate. */
  private void measureUncached() {
    try (LoadSession floorLoad = wanted(Contender.FLOOR) ? processes.load() : null) {
      LoadResult floor = floorLoad == null ? null : floorLoad.run(floor(0));
      if (floor != null) {
        results.put(Contender.FLOOR, floor);
      }
      if (!wanted(Contender.OFF)) {
        return;
      }
      try (ServingProcesses.Service service = processes.ours(Contender.OFF);
          LoadSession load = processes.load()) {
        LoadResult ours = load.run(plan(Contender.OFF, service, 0, options.rate()));
        results.put(Contender.OFF, ours);
        if (floor != null) {
          double rate = Math.min(ours.highest().rate(), floor.highest().rate()) / 2;
          progress.accept("  both at %.1f requests/s: first the floor, then ours".formatted(rate));
          sameRate =
              SameRate.of(
                  rate,
                  floorLoad.run(floor(rate)).half(),
                  load.run(plan(Contender.OFF, service, 0, rate)).half());
        }
      }
    }
  }

  private void measureCached() {
    for (Contender contender : List.of(Contender.HITS80, Contender.HITS99)) {
      if (wanted(contender)) {
        try (ServingProcesses.Service service = processes.ours(contender);
            LoadSession load = processes.load()) {
          int cold = workload.coldCandidates(contender.missShare());
          results.put(contender, load.run(plan(contender, service, cold, options.rate())));
        }
      }
    }
  }

  private void measureObvious() {
    if (wanted(Contender.OBVIOUS)) {
      try (ServingProcesses.Service service = processes.obvious();
          LoadSession load = processes.load()) {
        results.put(Contender.OBVIOUS, load.run(plan(Contender.OBVIOUS, service, 0, 0)));
      }
    }
  }

  private LoadPlan floor(double rate) {
    return plan(Contender.FLOOR, store, true, 0, 0, rate);
  }

  private LoadPlan plan(
      Contender contender, ServingProcesses.Service service, int coldCandidates, double rate) {
    return plan(contender, service.address(), false, service.process().pid(), coldCandidates, rate);
  }

  private LoadPlan plan(
      Contender contender,
      URI address,
      boolean bareSdk,
      long pid,
      int coldCandidates,
      double rate) {
    return new LoadPlan(
        contender.title(),
        address.toString(),
        bareSdk,
        pid,
        options.size(),
        coldCandidates,
        rate,
        contender.boundMillis(),
        options.warmUpSeconds(),
        options.mostWarmUps(),
        options.stepSeconds(),
        options.mostSteps(),
        options.measureSeconds());
  }

  private static void createFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
