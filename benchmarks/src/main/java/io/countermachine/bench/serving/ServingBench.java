package io.countermachine.bench.serving;

import io.countermachine.bench.BenchCommand;
import io.countermachine.bench.load.LoadPlan;
import io.countermachine.bench.load.LoadResult;
import io.countermachine.bench.load.LoadSession;
import io.countermachine.bench.load.Run;
import io.countermachine.bench.obvious.ObviousService;
import io.countermachine.bench.process.ServiceProcess;
import io.countermachine.bench.redis.RedisServer;
import io.countermachine.bench.redis.RedisService;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleFunction;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * {@code bench serving}: compares the feature service with the bare SDK, which is the lower limit
 * for any service, with a lookup of ready values in Redis, and with the service that one would
 * write first. All get the same requests for the same items, one after the other, and all but Redis
 * use one stub. Each runs in its own process, and so do the stub and the load generator. The bare
 * SDK is driven from within its process.
 */
@Command(
    name = "serving",
    description =
        "the service's throughput, latency and CPU, compared with the bare SDK, ready values in Redis and the obvious service")
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

  /** The contenders without a cache. */
  private static final List<Contender> UNCACHED =
      List.of(Contender.FLOOR, Contender.OFF, Contender.REDIS);

  /** More requests than these are never in flight at a sustained rate. */
  private static final int REDIS_CONNECTIONS = 64;

  /** How much later than usual the store answers with {@code --slow-reads}. */
  private static final Duration SLOW_READ = Duration.ofMillis(50);

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
          "some of floor,off,redis,hits80,hits99,hour99,obvious, separated by commas; not kept in results/")
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
          "measure the bare SDK, the service and Redis at R requests/s, without search and report")
  private double rate;

  @Option(
      names = "--service",
      paramLabel = "FLAGS",
      defaultValue = "",
      description =
          "additional flags for the service: those with -X go to its JVM, all others are settings")
  private String serviceFlags;

  @Option(
      names = "--slow-reads",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "the store answers one BatchGetItem in N 50 ms later than the others; default ${DEFAULT-VALUE}, none")
  private int slowReads;

  private final Map<Contender, LoadResult> results = new EnumMap<>(Contender.class);
  private Workload workload;
  private Path folder;
  private Path catalog;
  private URI store;
  private SameRate sameRate;
  private int loads;

  public ServingBench() {
    super(Set.of("--catalog", "--only"), Set.of("--only", "--service", "--slow-reads"));
  }

  @Override
  protected void check() {
    super.check();
    requireBetween("--seconds", seconds, 1, 3_600);
    requireBetween("--rate", rate, 0, 1_000_000);
    requireBetween("--slow-reads", slowReads, 0, 1_000_000);
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
      stub.delayOneReadOf(slowReads, SLOW_READ);
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

  /** Something under load, until it is closed. */
  private record Driven(
      Contender contender,
      LoadSession load,
      DoubleFunction<LoadPlan> plan,
      List<AutoCloseable> parts)
      implements AutoCloseable {
    LoadResult run(double at) {
      return load.run(plan.apply(at));
    }

    @Override
    public void close() {
      load.close();
      parts.forEach(ServingBench::close);
    }
  }

  private static void close(AutoCloseable part) {
    try {
      part.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The floor, the service with its cache off and the lookup in Redis; then all of them at one
   * rate, one after the other.
   */
  private void measureUncached() {
    Map<Contender, Driven> driven = new EnumMap<>(Contender.class);
    try {
      for (Contender contender : UNCACHED) {
        drive(contender)
            .ifPresent(
                one -> {
                  driven.put(contender, one);
                  results.put(contender, one.run(rate));
                });
      }
      if (rate == 0 && driven.containsKey(Contender.FLOOR) && driven.containsKey(Contender.OFF)) {
        double same =
            driven.keySet().stream()
                    .mapToDouble(one -> results.get(one).highest().rate())
                    .min()
                    .orElseThrow()
                / 2;
        Map<Contender, Run> runs = new EnumMap<>(Contender.class);
        driven.forEach(
            (contender, one) -> {
              say("  %s at %.1f requests/s".formatted(contender.title(), same));
              runs.put(contender, one.run(same).half());
            });
        sameRate = SameRate.of(same, runs);
      }
    } finally {
      driven.values().forEach(Driven::close);
    }
  }

  /** Starts what is measured and its load; empty where it is not wanted, or cannot be started. */
  private Optional<Driven> drive(Contender contender) {
    if (contender == Contender.REDIS && !RedisServer.isInstalled()) {
      if (only.contains(contender)) {
        say(
            "  %s: left out, as PATH has no redis-server (Debian's package is redis-server) or no setpriv"
                .formatted(contender.title()));
      }
      return Optional.empty();
    }
    if (!wanted(contender)) {
      return Optional.empty();
    }
    return Optional.of(
        switch (contender) {
          case FLOOR -> new Driven(contender, floorLoad(), this::floor, List.of());
          case REDIS -> driveRedis();
          case OFF, HITS80, HITS99, HOUR99, OBVIOUS -> {
            ServiceProcess service = start(contender);
            yield new Driven(
                contender, load(), at -> plan(contender, service, at), List.of(service));
          }
        });
  }

  private Driven driveRedis() {
    RedisServer redis = RedisServer.start(folder);
    try {
      say("    Redis holds %d hashes".formatted(redis.fill(workload.readyValues())));
      ServiceProcess service =
          ServiceProcess.other(
              setup(
                  "redis-service",
                  List.of(
                      "--spring.data.redis.port=" + redis.port(),
                      "--spring.data.redis.lettuce.pool.enabled=true",
                      "--spring.data.redis.lettuce.pool.max-active=" + REDIS_CONNECTIONS,
                      "--spring.data.redis.lettuce.pool.max-idle=" + REDIS_CONNECTIONS),
                  jvm()),
              RedisService.class);
      List<Long> pids = List.of(service.process().pid(), redis.pid());
      return new Driven(
          Contender.REDIS,
          load(),
          at -> plan(Contender.REDIS, service.address(), false, pids, at),
          List.of(service, redis));
    } catch (RuntimeException e) {
      redis.close();
      throw e;
    }
  }

  private void measure(Contender contender) {
    double at = contender.isOurs() ? rate : 0;
    try (Driven driven = drive(contender).orElse(null)) {
      if (driven != null) {
        results.put(contender, driven.run(at));
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
    return plan(Contender.FLOOR, store, true, List.of(), at);
  }

  private LoadPlan plan(Contender contender, ServiceProcess service, double at) {
    return plan(contender, service.address(), false, List.of(service.process().pid()), at);
  }

  private LoadPlan plan(
      Contender contender, URI address, boolean bareSdk, List<Long> pids, double at) {
    return new LoadPlan(
        contender.title(),
        address.toString(),
        store.toString(),
        bareSdk,
        pids,
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
