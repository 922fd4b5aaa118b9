package io.countermachine.bench.pipeline;

import io.countermachine.bench.mix.EventMix;
import io.countermachine.bench.pipeline.PipelineReport.Counted;
import io.countermachine.bench.pipeline.PipelineReport.Delay;
import io.countermachine.bench.pipeline.PipelineReport.Measured;
import io.countermachine.bench.pipeline.PipelineReport.SteadyRate;
import io.countermachine.bench.report.BenchFiles;
import io.countermachine.bench.report.Machine;
import io.countermachine.bench.report.SmokeRun;
import io.countermachine.local.process.LocalBroker;
import io.countermachine.local.process.Ports;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * {@code bench pipeline}: the streaming job beside plain Java, beside the source tutorial's job and
 * beside Flink SQL. All count the same events from one broker into a stub of DynamoDB, one after
 * the other, each in a process of its own, and what each wrote is compared with the events.
 */
public final class PipelineBench {
  private static final String TOPIC = "events";
  private static final double WARM_UP_SECONDS = 100;
  private static final double ASK_SECONDS = 5;
  private static final double SMOKE_SECONDS = 1;
  private static final int WARM_UP_ASKS = 400;
  private static final int SMOKE_ASKS = 20;

  private final PipelineOptions options;
  private final Path folder;
  private final Consumer<String> progress;

  /**
   * Prepares a benchmark.
   *
   * @param folder for data and logs; emptied first
   */
  public PipelineBench(PipelineOptions options, Path folder, Consumer<String> progress) {
    this.options = options;
    this.folder = folder;
    this.progress = progress;
  }

  /**
   * Measures, and for each catalog prints the table and writes the report.
   *
   * @param results folder of the reports, {@code pipeline-CATALOG.json}
   */
  public void run(Path results) {
    progress.accept("bench pipeline; logs are in " + folder.resolve("logs"));
    BenchFiles.empty(folder);
    try (LocalBroker broker = LocalBroker.start(folder, Ports.free()).awaitReady()) {
      EventStream events = fill(broker);
      PipelineProcesses processes = processes(broker);
      for (PipelineCatalog catalog : options.catalogs()) {
        Map<Contender, List<Counted>> runs = count(processes, events, catalog);
        List<Measured> measured = new ArrayList<>();
        runs.forEach(
            (contender, counted) ->
                measured.add(
                    Measured.of(
                        contender,
                        catalog,
                        counted,
                        delay(broker, events, contender, catalog, Measured.middle(counted)))));
        PipelineReport report = report(measured);
        Path file = results.resolve("pipeline-" + catalog.label() + ".json");
        BenchFiles.write(report, file);
        if (options.smoke()) {
          progress.accept(SmokeRun.NOTE);
        }
        PipelineTable.lines(report).forEach(progress);
        progress.accept("written to " + file);
      }
    }
  }

  private PipelineProcesses processes(LocalBroker broker) {
    return new PipelineProcesses(folder, broker.bootstrapServers(), flags(), options.smoke());
  }

  /** Of two flags for one setting the later counts. */
  private List<String> flags() {
    List<String> flags = new ArrayList<>(PipelineProcesses.SETTLED);
    flags.addAll(options.jobFlags());
    return flags;
  }

  private EventStream fill(LocalBroker broker) {
    EventStream events =
        new EventStream(EventStream.Shape.of(options.events(), options.users(), options.skew()));
    progress.accept("  sending %,d events to the broker".formatted(options.events()));
    EventTopic.fill(broker, TOPIC, events);
    return events;
  }

  /** In turn, so that what changes on the machine meanwhile is nobody's advantage. */
  private Map<Contender, List<Counted>> count(
      PipelineProcesses processes, EventStream events, PipelineCatalog catalog) {
    Throughput.Course course =
        options.smoke() ? Throughput.Course.smoke(null) : Throughput.Course.full(events, null);
    Map<Contender, List<Counted>> runs = new EnumMap<>(Contender.class);
    for (int run = 1; run <= options.runs(); run++) {
      for (Contender contender : options.contenders()) {
        progress.accept(
            "  %s catalog, run %d of %d: %s"
                .formatted(catalog.label(), run, options.runs(), contender.title()));
        runs.computeIfAbsent(contender, first -> new ArrayList<>())
            .add(
                new Throughput(processes, TOPIC, events, course, progress).run(contender, catalog));
      }
    }
    return runs;
  }

  /** Null where none is to be measured. */
  private Delay delay(
      LocalBroker broker,
      EventStream events,
      Contender contender,
      PipelineCatalog catalog,
      Counted counted) {
    if (!contender.isOurs() || options.delaySeconds() == 0) {
      return null;
    }
    progress.accept("  %s catalog: %s".formatted(catalog.label(), contender.title()));
    String topic = "live-" + contender.label() + "-" + catalog.label();
    EventTopic.create(broker, topic);
    return new DelayTest(processes(broker), broker, topic, events, progress)
        .run(
            contender,
            catalog,
            new DelayTest.Course(
                SteadyRate.of(counted.eventsPerSecond(), options.delayLoad()),
                options.smoke() ? SMOKE_SECONDS : WARM_UP_SECONDS,
                options.smoke() ? SMOKE_ASKS : WARM_UP_ASKS,
                options.smoke() ? SMOKE_SECONDS : ASK_SECONDS,
                options.delaySeconds()));
  }

  private PipelineReport report(List<Measured> measured) {
    return new PipelineReport(
        Machine.here(),
        new PipelineReport.Load(
            options.events(),
            EventTopic.PARTITIONS,
            options.users(),
            options.skew(),
            EventMix.LATE_SHARE,
            options.runs(),
            flags()),
        measured,
        PipelineGoals.of(measured));
  }
}
