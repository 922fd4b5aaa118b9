package io.countermachine.bench.serving;

import io.countermachine.bench.BenchCommand;
import io.countermachine.bench.load.LoadPlan;
import io.countermachine.bench.load.LoadResult;
import io.countermachine.bench.load.LoadSession;
import io.countermachine.bench.obvious.ObviousService;
import io.countermachine.bench.process.ServiceProcess;
import io.countermachine.bench.report.Machine;
import io.countermachine.bench.report.Report;
import io.countermachine.bench.serving.ServingReport.SameRate;
import io.countermachine.bench.workload.Workload;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.local.process.Ports;
import io.countermachine.local.process.ServiceJava;
import io.countermachine.local.stub.DynamoDbStub;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * {@code bench serving}: compares the feature service with the bare SDK, which is the lower limit
 * for any service, and with the service that one would write first. All use one stub, with the same
 * requests for the same items, one after the other. Each runs in its own process, and so do the
 * stub and the load generator. The bare SDK is driven from within its process.
 */
@Command(
    name = "serving",
    description =
        "the service's throughput, latency and CPU, compared with the bare SDK and the obvious service")
public final class ServingBench extends BenchCommand {
  static final DynamoDbStub.Options STORE =
      new DynamoDbStub.Options(DynamoDbStub.USUAL_LATENCY, true, 1, "1g");

  /**
   * Everything else has its default: the near cache, hedging and admission. The deadline is so long
   * that no sustained request misses it, so that a slow request counts with its time, and not as
   * one with missing values.
   */
  public static final List<String> PATIENT =
      List.of(
          "--counter-machine.request.deadline=5s",
          "--counter-machine.dynamodb.call-timeout=5s",
          "--counter-machine.dynamodb.attempt-timeout=4s",
          "--counter-machine.dynamodb.connection-timeout=5s",
          "--counter-machine.access.enabled=false");

  private static final List<String> CACHE_OFF = List.of("--counter-machine.cache.max-age=0");
  private static final List<String> CACHE_SHIPPED = List.of();
  private static final List<String> CACHE_HOUR =
      List.of("--counter-machine.cache.max-age=1h", "--counter-machine.cache.max-bytes=268435456");

  /**
   * Users that are active at the same time send another request within a second, so that a cache of
   * one second has what they need.
   */
  private static final int HOT_REQUESTS = 10;

  /** The JVM flags of every contender. */
  private static final List<String> JVM = List.of("-Xms1g", "-Xmx1g");

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "20",
      description =
          "how long to measure latencies, default ${DEFAULT-VALUE}; warm-up and search scale with it")
  private double seconds;

  @Option(
      names = "--only",
      paramLabel = "NAMES",
      split = ",",
      hideParamSyntax = true,
      description =
          "some of floor,obvious,off,hits80,hits99,hour99, separated by commas; not kept in results/")
  private Set<Contender> only = EnumSet.allOf(Contender.class);

  @Option(
      names = "--catalog",
      paramLabel = "NAME",
      defaultValue = "six-groups",
      description =
          "six-groups or thousand: 50 features out of 95, or out of 1,008; default ${DEFAULT-VALUE}")
  private Workload.Features features;

  @Option(
      names = "--rate",
      paramLabel = "R",
      defaultValue = "0",
      description =
          "measure the bare SDK and the service at R requests/s, without search and report")
  private double rate;

  @Option(
      names = "--service",
      paramLabel = "FLAGS",
      defaultValue = "",
      description =
          "additional flags for the service: those with -X go to its JVM, all others are settings")
  private String serviceFlags;

  private final Map<Contender, LoadResult> results = new EnumMap<>(Contender.class);
  private Workload workload;
  private Path folder;
  private Path catalog;
  private URI store;
  private SameRate sameRate;
  private int loads;

  public ServingBench() {
    super(Set.of("--catalog", "--only"), Set.of("--only", "--service"));
  }

  @Override
  protected void check() {
    super.check();
    requireBetween("--seconds", seconds, 1, 3_600);
    requireBetween("--rate", rate, 0, 1_000_000);
  }

  /**
   * Measures, prints the table and writes the report. With a single rate there is nothing to
   * report.
   */
  @Override
  public void run(Path workFolder, Path resultFolder) throws IOException {
    folder = Report.emptyFolder(workFolder);
    workload = new Workload(features, isSmoke() ? Workload.Size.SMOKE : Workload.Size.FULL);
    catalog = Files.writeString(folder.resolve(features.file()), features.text());
    say("bench serving; logs are in " + folder.resolve("logs"));
    say("all contenders run on " + ServiceJava.chosen());
    if (Machine.here().pacesLoopback()) {
      say(
          "TCP's congestion control is BBR here. At low rates it delays the end of some responses by"
              + " up to 100 ms, also between processes of one machine. To measure without that:"
              + " sysctl -w net.ipv4.tcp_congestion_control=cubic");
    }
    try (DynamoDbStub stub = DynamoDbStub.start(folder, Ports.free(), STORE);
        DynamoDbClient client = stub.client()) {
      store = stub.endpoint();
      say(
          "the stub holds %d items; it answers after %d ms"
              .formatted(workload.fill(client), STORE.latency().toMillis()));
      measureUncached();
      measure(Contender.HITS80);
      measure(Contender.HITS99);
      measure(Contender.HOUR99);
      if (workload.catalog().itemFormat() == ItemFormat.READABLE) {
        measure(Contender.OBVIOUS);
      }
    }
    if (rate > 0) {
      return;
    }
    ServingReport report = ServingReport.of(workload, course(), results, sameRate);
    publish(report, report.lines(), resultFolder.resolve(reportName() + ".json"));
    if (only.size() == Contender.values().length) {
      Files.writeString(
          resultFolder.resolve(reportName() + "-seconds.svg"),
          SecondsPicture.of(report.contenders()));
    }
  }

  private String reportName() {
    return features == Workload.Features.SIX_GROUPS ? "serving" : "serving-" + features;
  }

  private boolean wanted(Contender contender) {
    boolean wanted = only.contains(contender);
    if (wanted) {
      say("  " + contender.title());
    }
    return wanted;
  }

  /** Measures the lower limit and the service without its cache, also at a common rate. */
  private void measureUncached() {
    try (LoadSession floorLoad = wanted(Contender.FLOOR) ? floorLoad() : null) {
      LoadResult floor = floorLoad == null ? null : floorLoad.run(floor(rate));
      if (floor != null) {
        results.put(Contender.FLOOR, floor);
      }
      if (!wanted(Contender.OFF)) {
        return;
      }
      try (ServiceProcess service = start(Contender.OFF);
          LoadSession load = load()) {
        LoadResult ours = load.run(plan(Contender.OFF, service, rate));
        results.put(Contender.OFF, ours);
        if (floor != null && rate == 0) {
          double same = Math.min(ours.highest().rate(), floor.highest().rate()) / 2;
          say("  both at %.1f requests/s: first the floor, then ours".formatted(same));
          sameRate =
              SameRate.of(
                  same,
                  floorLoad.run(floor(same)).half(),
                  load.run(plan(Contender.OFF, service, same)).half());
        }
      }
    }
  }

  private void measure(Contender contender) {
    if (wanted(contender)) {
      try (ServiceProcess service = start(contender);
          LoadSession load = load()) {
        double at = contender.isOurs() ? rate : 0;
        results.put(contender, load.run(plan(contender, service, at)));
      }
    }
  }

  private ServiceProcess start(Contender contender) {
    if (contender == Contender.OBVIOUS) {
      return ServiceProcess.other(setup("obvious-service", List.of(), jvm()), ObviousService.class);
    }
    return ServiceProcess.featureService(
        setup(
            "feature-service-" + contender.name().toLowerCase(Locale.ROOT),
            withFlags(Stream.of(PATIENT, cache(contender)).flatMap(List::stream).toList(), false),
            withFlags(jvm(), true)));
  }

  /** A smoke run is too slow for copies that are valid for one second. */
  private List<String> cache(Contender contender) {
    if (contender.missShare() == 1) {
      return CACHE_OFF;
    }
    return contender == Contender.HOUR99 || isSmoke() ? CACHE_HOUR : CACHE_SHIPPED;
  }

  private ServiceProcess.Setup setup(String name, List<String> settings, List<String> jvm) {
    return new ServiceProcess.Setup(name, folder, catalog, store, settings, jvm);
  }

  private List<String> jvm() {
    return isSmoke() ? ServiceProcess.QUICK_START : JVM;
  }

  private List<String> withFlags(List<String> usual, boolean ofJvm) {
    List<String> all = new ArrayList<>(usual);
    words(serviceFlags).stream().filter(flag -> flag.startsWith("-X") == ofJvm).forEach(all::add);
    return all;
  }

  private LoadSession load() {
    return LoadSession.start("load-" + ++loads, folder, jvm(), progress());
  }

  private LoadSession floorLoad() {
    return LoadSession.startMeasured("load-" + ++loads, folder, jvm(), progress());
  }

  private LoadPlan floor(double at) {
    return plan(Contender.FLOOR, store, true, 0, at);
  }

  private LoadPlan plan(Contender contender, ServiceProcess service, double at) {
    return plan(contender, service.address(), false, service.process().pid(), at);
  }

  private LoadPlan plan(Contender contender, URI address, boolean bareSdk, long pid, double at) {
    return new LoadPlan(
        contender.title(),
        address.toString(),
        store.toString(),
        bareSdk,
        pid,
        features,
        contender.missShare() < 1 && !isSmoke()
            ? workload.size().withRequests(HOT_REQUESTS)
            : workload.size(),
        contender.missShare() < 1 ? workload.coldCandidates(contender.missShare()) : 0,
        at,
        contender.boundMillis(),
        course());
  }

  private LoadPlan.Course course() {
    return isSmoke()
        ? new LoadPlan.Course(1, 1, 0.7, 2, 1)
        : new LoadPlan.Course(
            Math.max(3, seconds * 0.3), 12, Math.max(2, seconds * 0.2), 14, seconds);
  }
}
