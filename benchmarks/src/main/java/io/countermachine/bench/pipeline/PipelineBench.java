package io.countermachine.bench.pipeline;

import io.countermachine.bench.events.EventMix;
import io.countermachine.bench.events.EventStream;
import io.countermachine.bench.pipeline.Delay.SteadyRate;
import io.countermachine.bench.pipeline.PipelineReport.Measured;
import io.countermachine.bench.report.Machine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code bench pipeline}: compares the streaming job with plain Java, with the source tutorial's
 * job and with Flink SQL. All count the same events from one broker into a stub of DynamoDB, one
 * after the other, each in its own process. Everything that they write is compared with the events.
 */
@Command(
    name = "pipeline",
    description =
        "the job's events/s, CPU, writes and delay, compared with plain Java, the tutorial's job and Flink SQL")
public final class PipelineBench extends JobBench {
  private static final String TOPIC = "events";
  private static final long SMOKE_EVENTS = 20_000;
  private static final int SMOKE_USERS = 1_000;

  /** The catalogs by name. Some contenders do not support all of them. */
  enum Catalogs {
    TUTORIAL,
    SIX_GROUPS,
    SIX_GROUPS_UNIQUES,
    SIX_GROUPS_VERBS,
    SKIPS,
    THOUSAND;

    private BenchCatalog catalog() {
      return switch (this) {
        case TUTORIAL -> BenchCatalog.TUTORIAL;
        case SIX_GROUPS -> BenchCatalog.SIX_GROUPS;
        case SIX_GROUPS_UNIQUES -> BenchCatalog.SIX_GROUPS_UNIQUES;
        case SIX_GROUPS_VERBS -> BenchCatalog.SIX_GROUPS_VERBS;
        case SKIPS -> BenchCatalog.SKIPS;
        case THOUSAND -> BenchCatalog.THOUSAND;
      };
    }

    /** The name on the command line. */
    @Override
    public String toString() {
      return catalog().label();
    }
  }

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "3000000",
      description = "number of events, default ${DEFAULT-VALUE}")
  private long events;

  @Option(
      names = "--catalog",
      paramLabel = "NAMES",
      split = ",",
      hideParamSyntax = true,
      description =
          "some of tutorial,six-groups,six-groups-uniques,six-groups-verbs,skips,thousand, separated by commas; default the first two")
  private Set<Catalogs> catalogs = EnumSet.of(Catalogs.TUTORIAL, Catalogs.SIX_GROUPS);

  @Option(
      names = "--only",
      paramLabel = "NAMES",
      split = ",",
      hideParamSyntax = true,
      description =
          "some of limit,heap,rocksdb,tutorial_heap,tutorial_rocksdb,sql_heap,sql_rocksdb; not kept in results/")
  private Set<Contender> only = EnumSet.allOf(Contender.class);

  @Option(
      names = "--keys",
      paramLabel = "N",
      defaultValue = "100000",
      description = "number of users, and of posts, default ${DEFAULT-VALUE}")
  private int users;

  @Option(
      names = "--skew",
      paramLabel = "S",
      defaultValue = "1.1",
      description = "Zipf exponent of users and posts, default ${DEFAULT-VALUE}")
  private double skew;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "runs of each contender, in turn, default ${DEFAULT-VALUE}; the median run is reported")
  private int runs;

  @Option(
      names = "--delay",
      paramLabel = "SECONDS",
      defaultValue = "20",
      description =
          "how long to measure the delay to the response, on each of two services, default ${DEFAULT-VALUE}; 0: off")
  private int delaySeconds;

  @Option(
      names = "--load",
      paramLabel = "SHARE",
      defaultValue = "0.5",
      description =
          "the load during this measurement, as a fraction of the throughput, default ${DEFAULT-VALUE}")
  private double delayLoad;

  private EventStream stream;

  public PipelineBench() {
    super(Set.of("--only", "--catalog"), Set.of("--only", "--job"));
  }

  @Override
  protected void check() {
    super.check();
    requireBetween("--events", events, 1_000, 1e9);
    requireBetween("--keys", users, 1, 1e8);
    requireBetween("--skew", skew, 0, 10);
    requireBetween("--runs", runs, 1, 99);
    requireBetween("--delay", delaySeconds, 0, 3_600);
    requireBetween("--load", delayLoad, 0, 1);
    if (isSmoke()) {
      // Each event of the large catalog changes hundreds of counters.
      events = catalogs.contains(Catalogs.THOUSAND) ? SMOKE_EVENTS / 5 : SMOKE_EVENTS;
      users = SMOKE_USERS;
      runs = 1;
      delaySeconds = 2;
    }
  }

  Set<Contender> contenders() {
    return EnumSet.copyOf(only);
  }

  Set<Catalogs> catalogs() {
    return EnumSet.copyOf(catalogs);
  }

  long events() {
    return events;
  }

  int runs() {
    return runs;
  }

  /** Measures. For each catalog, prints the table and writes {@code pipeline-CATALOG.json}. */
  @Override
  protected void measure(Path results) {
    stream = send(TOPIC, EventStream.Shape.of(events, users, skew));
    for (Catalogs one : catalogs()) {
      BenchCatalog catalog = one.catalog();
      List<Measured> measured = new ArrayList<>();
      count(catalog)
          .forEach(
              (contender, counted) ->
                  measured.add(
                      Measured.of(
                          contender,
                          catalog,
                          counted,
                          delay(contender, catalog, Measured.middle(counted)))));
      PipelineReport report = report(measured);
      publish(report, report.lines(), results.resolve("pipeline-" + catalog.label() + ".json"));
    }
  }

  /** Alternates between contenders, so that changes on the machine affect all of them alike. */
  private Map<Contender, List<Counted>> count(BenchCatalog catalog) {
    Throughput.Course course =
        isSmoke() ? Throughput.Course.smoke(null) : Throughput.Course.full(stream, null);
    Map<Contender, List<Counted>> counted = new EnumMap<>(Contender.class);
    for (int run = 1; run <= runs; run++) {
      for (Contender contender : contenders()) {
        if (!catalog.isFor(contender)) {
          continue;
        }
        say(
            "  %s catalog, run %d of %d: %s"
                .formatted(catalog.label(), run, runs, contender.title()));
        counted
            .computeIfAbsent(contender, first -> new ArrayList<>())
            .add(
                new Throughput(processes(List.of()), TOPIC, stream, course, progress())
                    .run(contender, catalog));
      }
    }
    return counted;
  }

  /** Null if no delay is measured. */
  private Delay delay(Contender contender, BenchCatalog catalog, Counted counted) {
    if (!contender.isOurs() || delaySeconds == 0) {
      return null;
    }
    say("  %s catalog: %s".formatted(catalog.label(), contender.title()));
    String topic = "live-" + contender.label() + "-" + catalog.label();
    EventTopic.create(broker(), topic);
    SteadyRate load = SteadyRate.of(counted.eventsPerSecond(), delayLoad);
    return new DelayTest(processes(List.of()), broker(), topic, stream, progress())
        .run(
            contender,
            catalog,
            isSmoke()
                ? new DelayTest.Course(load, 1, 20, 1, delaySeconds)
                : new DelayTest.Course(load, 100, 400, 5, delaySeconds));
  }

  private PipelineReport report(List<Measured> measured) {
    return new PipelineReport(
        Machine.here(),
        new PipelineReport.Load(
            events,
            EventTopic.PARTITIONS,
            users,
            skew,
            EventMix.LATE_SHARE,
            runs,
            flags(List.of())),
        measured,
        PipelineReport.goals(measured));
  }
}
