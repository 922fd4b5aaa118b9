package io.countermachine.bench.pipeline;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.countermachine.bench.pipeline.PipelineReport.Counted;
import io.countermachine.bench.pipeline.PipelineReport.Delay;
import io.countermachine.bench.pipeline.PipelineReport.Measured;
import io.countermachine.local.LocalBroker;
import io.countermachine.local.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * {@code bench pipeline}: the streaming job beside plain Java, beside the source tutorial's job and
 * beside Flink SQL. All count the same events from one broker into a stub of DynamoDB, one after
 * the other, each in a process of its own, and what each wrote is compared with the events.
 */
public final class PipelineBench {
  private static final String TOPIC = "events";
  private static final int MAX_RECORD_BYTES = 1 << 20;

  /** So that the tutorial's job has windows as a live stream would give it. */
  private static final int EVENTS_PER_SECOND_OF_THEIR_TIME = 5_000;

  private static final int LINGER_MILLIS = 50;
  private static final long AGO_SECONDS = 300;
  private static final long QUIET_MILLIS = 4_000;
  private static final long SMOKE_QUIET_MILLIS = 2_500;
  private static final double WARM_UP_SECONDS = 40;
  private static final double SMOKE_WARM_UP_SECONDS = 1;

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

  /** Measures, prints the table and writes the report. */
  public PipelineReport run(Path resultFile) {
    progress.accept("bench pipeline; logs are in " + folder.resolve("logs"));
    empty(folder);
    List<Measured> measured = new ArrayList<>();
    try (LocalBroker broker = LocalBroker.start(folder, Ports.free()).awaitReady()) {
      EventStream events = fill(broker);
      PipelineProcesses processes =
          new PipelineProcesses(folder, broker.bootstrapServers(), options);
      for (PipelineCatalog catalog : options.catalogs()) {
        for (Contender contender : options.contenders()) {
          measured.add(measure(broker, processes, events, contender, catalog));
        }
      }
    }
    PipelineReport report = report(measured);
    write(report, resultFile);
    PipelineTable.lines(report).forEach(progress);
    if (options.smoke()) {
      progress.accept("a smoke run: it shows that all of this works, and its figures mean nothing");
    }
    progress.accept("written to " + resultFile);
    return report;
  }

  private EventStream fill(LocalBroker broker) {
    createTopics(broker, TOPIC);
    EventStream events =
        new EventStream(
            new EventStream.Shape(
                options.events(),
                options.users(),
                options.skew(),
                EVENTS_PER_SECOND_OF_THEIR_TIME,
                System.currentTimeMillis() / 1_000 - AGO_SECONDS));
    progress.accept("  sending %,d events to the broker".formatted(options.events()));
    try (EventTopic topic = new EventTopic(broker.bootstrapServers(), TOPIC, LINGER_MILLIS)) {
      topic.fill(events);
    }
    return events;
  }

  private static void createTopics(LocalBroker broker, String topic) {
    broker.createTopic(topic, EventTopic.PARTITIONS, MAX_RECORD_BYTES);
    broker.createTopic(topic + ".dead-letter", 1, 2 * MAX_RECORD_BYTES);
  }

  private Measured measure(
      LocalBroker broker,
      PipelineProcesses processes,
      EventStream events,
      Contender contender,
      PipelineCatalog catalog) {
    progress.accept("  " + PipelineGoals.label(catalog) + " catalog: " + contender.title());
    Counted counted =
        new Throughput(
                processes,
                TOPIC,
                events,
                options.smoke() ? SMOKE_QUIET_MILLIS : QUIET_MILLIS,
                progress)
            .run(contender, catalog);
    Delay delay = null;
    if (contender.isOurs() && options.delaySeconds() > 0) {
      String topic = "live-" + PipelineGoals.label(contender) + "-" + PipelineGoals.label(catalog);
      createTopics(broker, topic);
      delay =
          new DelayTest(processes, broker, topic, events, progress)
              .run(
                  contender,
                  catalog,
                  new DelayTest.Load(
                      counted.eventsPerSecond() * options.delayLoad(),
                      options.smoke() ? SMOKE_WARM_UP_SECONDS : WARM_UP_SECONDS,
                      options.delaySeconds()));
    }
    return new Measured(
        PipelineGoals.label(contender),
        contender.title(),
        PipelineGoals.label(catalog),
        counted,
        delay);
  }

  private PipelineReport report(List<Measured> measured) {
    return new PipelineReport(
        new PipelineReport.Machine(
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("java.vm.name") + " " + Runtime.version(),
            System.getProperty("os.name") + " " + System.getProperty("os.arch")),
        new PipelineReport.Load(
            options.events(),
            EventTopic.PARTITIONS,
            options.users(),
            options.skew(),
            EventStream.LATE_SHARE,
            options.jobFlags()),
        measured,
        PipelineGoals.of(measured));
  }

  /** Data of an earlier benchmark is none of this one's. */
  private static void empty(Path folder) {
    try {
      if (Files.exists(folder)) {
        try (Stream<Path> found = Files.walk(folder)) {
          for (Path file : found.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(file);
          }
        }
      }
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(PipelineReport report, Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.write(
          file,
          new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsBytes(report));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
