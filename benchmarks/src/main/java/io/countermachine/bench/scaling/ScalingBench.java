package io.countermachine.bench.scaling;

import io.countermachine.bench.mix.EventMix;
import io.countermachine.bench.pipeline.BenchCatalog;
import io.countermachine.bench.pipeline.Contender;
import io.countermachine.bench.pipeline.EventStream;
import io.countermachine.bench.pipeline.EventTopic;
import io.countermachine.bench.pipeline.PipelineCatalog;
import io.countermachine.bench.pipeline.PipelineProcesses;
import io.countermachine.bench.pipeline.PipelineReport.Counted;
import io.countermachine.bench.pipeline.Throughput;
import io.countermachine.bench.pipeline.Throughput.Course;
import io.countermachine.bench.pipeline.Throughput.Filled;
import io.countermachine.bench.report.BenchFiles;
import io.countermachine.bench.report.Machine;
import io.countermachine.bench.report.SmokeRun;
import io.countermachine.bench.scaling.ScalingReport.Point;
import io.countermachine.local.process.LocalBroker;
import io.countermachine.local.process.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * {@code bench scaling}: the streaming job alone, with ever more keys, skew, groups and intervals.
 * Each point is a process of its own that counts events from a broker into a stub of DynamoDB, as
 * in {@code bench pipeline}, and what it wrote is compared with the events.
 */
public final class ScalingBench {
  private static final double USUAL_SKEW = 1.1;
  private static final String FULL_LOAD = "as fast as it goes";

  /** Before the first of the events. */
  private static final Duration FILLED_BEFORE = Duration.ofHours(1);

  private final ScalingOptions options;
  private final Path folder;
  private final Consumer<String> progress;
  private LocalBroker broker;

  /**
   * Prepares a benchmark.
   *
   * @param folder for data and logs; emptied first
   */
  public ScalingBench(ScalingOptions options, Path folder, Consumer<String> progress) {
    this.options = options;
    this.folder = folder;
    this.progress = progress;
  }

  /**
   * Measures, where that is asked for, and writes a report per axis, with its table and picture.
   *
   * @param results folder of the reports, {@code scaling-AXIS.json}; those of other axes stay
   * @param images folder of the pictures
   */
  public void run(Path results, Path images) {
    if (options.plotOnly()) {
      List<Axis> measured =
          options.axes().stream().filter(axis -> Files.exists(file(results, axis))).toList();
      if (measured.isEmpty()) {
        throw new IllegalStateException(
            "nothing was measured yet: no scaling-*.json in " + results);
      }
      measured.forEach(axis -> show("read from ", file(results, axis), images));
    } else {
      measure(results, images);
    }
  }

  /** As it was written, so that a later drawing from the file gives the same. */
  private void show(String origin, Path file, Path images) {
    ScalingReport report = BenchFiles.read(file, ScalingReport.class);
    if (options.size().isSmoke()) {
      progress.accept(SmokeRun.NOTE);
    }
    ScalingTable.lines(report).forEach(progress);
    new ScalingPlots(report).draw(images).forEach(image -> progress.accept("drawn: " + image));
    progress.accept(origin + file);
  }

  private static Path file(Path results, Axis axis) {
    return results.resolve("scaling-" + axis.label() + ".json");
  }

  /** Shows each axis at once, so that what fails late takes nothing else with it. */
  private void measure(Path results, Path images) {
    progress.accept("bench scaling; logs are in " + folder.resolve("logs"));
    BenchFiles.empty(folder);
    try (LocalBroker started = LocalBroker.start(folder, Ports.free()).awaitReady()) {
      broker = started;
      for (Axis axis : options.axes()) {
        progress.accept(axis.title() + ": " + axis.circumstances());
        List<Point> points = new ArrayList<>();
        switch (axis) {
          case KEYS -> options.size().keys().forEach(keys -> measureKeys(keys, points));
          case SKEW -> options.size().skews().forEach(skew -> measureSkew(skew, points));
          case GROUPS -> {
            options.size().groups().forEach(groups -> measureGroups(groups, points));
            options.size().groups().forEach(groups -> measureGroupsSteadily(groups, points));
          }
          case INTERVALS -> measureIntervals(points);
        }
        BenchFiles.write(report(axis, points), file(results, axis));
        show("written to ", file(results, axis), images);
      }
    }
  }

  private ScalingReport report(Axis axis, List<Point> points) {
    return new ScalingReport(
        Machine.here(),
        new ScalingReport.Load(
            axis == Axis.GROUPS ? options.size().groupEvents() : options.size().events(),
            Course.WARM_UP_SHARE,
            EventTopic.PARTITIONS,
            EventMix.LATE_SHARE),
        points,
        ScalingGoals.of(points));
  }

  private void measureKeys(int keys, List<Point> points) {
    long filledAtSeconds = Instant.now().minus(FILLED_BEFORE).getEpochSecond();
    Filled filled = new Filled(keys, filledAtSeconds * 1_000);
    progress.accept("  filling the state with %,d keys".formatted(keys));
    Path catalog = processes(List.of()).catalogFile(PipelineCatalog.TUTORIAL);
    long begin = System.nanoTime();
    Path savepoint =
        new StateFilling(folder, options.jobFlags(), options.size().isSmoke())
            .fill(catalog, filled);
    progress.accept(
        "    filled in %d s".formatted(Duration.ofNanos(System.nanoTime() - begin).toSeconds()));
    Map<Double, EventStream> bySkew = new HashMap<>();
    for (KeySeries series : options.size().series()) {
      String topic = "keys-%d-%s".formatted(keys, series.skew());
      EventStream events =
          bySkew.computeIfAbsent(
              series.skew(), skew -> send(topic, options.size().events(), keys, skew));
      List<String> flags = new ArrayList<>(BoundedMemory.FLAGS);
      flags.addAll(List.of("--flush-interval", series.flushInterval()));
      flags.addAll(
          List.of("--start", "auto", "-Dexecution.state-recovery.path=" + savepoint.toUri()));
      // The savepoint is used twice, so the job must not take it for its own.
      flags.add("-Dexecution.state-recovery.claim-mode=LEGACY");
      Counted counted =
          count(
              "%,d keys, %s".formatted(keys, series.title()),
              Contender.ROCKSDB,
              PipelineCatalog.TUTORIAL,
              topic,
              events,
              course(events, filled),
              flags);
      points.add(
          new Point(
              Axis.KEYS.label(),
              series.title(),
              keys,
              counted,
              BoundedMemory.MEGABYTES,
              events.shape().events()));
    }
    BenchFiles.empty(savepoint);
  }

  private void measureSkew(double skew, List<Point> points) {
    EventStream events =
        send("skew-" + skew, options.size().events(), options.size().users(), skew);
    points.add(
        point(
            Axis.SKEW,
            "",
            skew,
            count("skew " + skew, PipelineCatalog.TUTORIAL, "skew-" + skew, events),
            events));
  }

  private void measureGroups(int groups, List<Point> points) {
    String topic = "groups-" + groups;
    EventStream events =
        send(topic, options.size().events(groups), options.size().users(), USUAL_SKEW);
    Counted counted = count("groups " + groups, ofGroups(groups), topic, events);
    points.add(point(Axis.GROUPS, FULL_LOAD, groups, counted, events));
  }

  /**
   * At full load more groups are fewer events per second, and so fewer that share a write within
   * the flush interval. At a rate that stays, each group that is added has as much to write as the
   * first.
   */
  private void measureGroupsSteadily(int groups, List<Point> points) {
    String topic = "groups-steady-" + groups;
    EventTopic.create(broker, topic);
    EventStream events =
        new EventStream(
            EventStream.Shape.of(
                options.size().steadyEvents(), options.size().users(), USUAL_SKEW));
    double rate = options.size().groupRate();
    String series = "at %,.0f events/s".formatted(rate);
    Counted counted =
        count(
            "groups %d %s".formatted(groups, series),
            Contender.HEAP,
            ofGroups(groups),
            topic,
            events,
            course(events, null).sending(events, rate),
            List.of());
    points.add(point(Axis.GROUPS, series, groups, counted, events));
  }

  private static BenchCatalog ofGroups(int groups) {
    return new GeneratedCatalog(groups, GeneratedCatalog.USUAL_INTERVALS);
  }

  private void measureIntervals(List<Point> points) {
    EventStream events =
        send("intervals", options.size().events(), options.size().users(), USUAL_SKEW);
    for (int intervals : options.size().intervals()) {
      Counted counted =
          count("intervals " + intervals, new GeneratedCatalog(1, intervals), "intervals", events);
      points.add(point(Axis.INTERVALS, "", intervals, counted, events));
    }
  }

  private EventStream send(String topic, long count, int users, double skew) {
    EventStream events = new EventStream(EventStream.Shape.of(count, users, skew));
    progress.accept("  sending %,d events to the broker".formatted(count));
    EventTopic.fill(broker, topic, events);
    return events;
  }

  private static Point point(
      Axis axis, String series, double at, Counted counted, EventStream events) {
    return new Point(axis.label(), series, at, counted, null, events.shape().events());
  }

  private Counted count(String title, BenchCatalog catalog, String topic, EventStream events) {
    return count(title, Contender.HEAP, catalog, topic, events, course(events, null), List.of());
  }

  private Course course(EventStream events, Filled filled) {
    return options.size().isSmoke() ? Course.smoke(filled) : Course.full(events, filled);
  }

  private Counted count(
      String title,
      Contender contender,
      BenchCatalog catalog,
      String topic,
      EventStream events,
      Course course,
      List<String> moreFlags) {
    progress.accept("  " + title);
    List<String> flags = new ArrayList<>(PipelineProcesses.SETTLED);
    flags.addAll(moreFlags);
    flags.addAll(options.jobFlags());
    return new Throughput(processes(flags), topic, events, course, progress)
        .run(contender, catalog);
  }

  private PipelineProcesses processes(List<String> flags) {
    return new PipelineProcesses(
        folder, broker.bootstrapServers(), flags, options.size().isSmoke());
  }
}
