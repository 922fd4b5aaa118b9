package io.countermachine.bench.scaling;

import io.countermachine.bench.events.EventMix;
import io.countermachine.bench.events.EventStream;
import io.countermachine.bench.pipeline.BenchCatalog;
import io.countermachine.bench.pipeline.Contender;
import io.countermachine.bench.pipeline.Counted;
import io.countermachine.bench.pipeline.EventTopic;
import io.countermachine.bench.pipeline.JobBench;
import io.countermachine.bench.pipeline.Throughput;
import io.countermachine.bench.pipeline.Throughput.Course;
import io.countermachine.bench.pipeline.Throughput.Filled;
import io.countermachine.bench.report.Machine;
import io.countermachine.bench.report.Report;
import io.countermachine.bench.scaling.ScalingReport.Point;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code bench scaling}: measures the streaming job alone with increasing keys, skew, groups and
 * intervals. Each point is a separate process that counts events from a broker into a stub of
 * DynamoDB, as in {@code bench pipeline}, and what it writes is compared with the events.
 */
@Command(name = "scaling", description = "how the job scales with keys, skew, groups and intervals")
public final class ScalingBench extends JobBench {
  private static final double USUAL_SKEW = 1.1;
  private static final String FULL_LOAD = "as fast as it goes";
  private static final int MOST_KEYS = 10_000_000;
  private static final int MANY_GROUPS = 10;
  private static final long SMOKE_EVENTS = 20_000;

  /** How long events are sent at a steady rate. */
  private static final int STEADY_SECONDS = 120;

  /** How long before the first event the state was filled. */
  private static final Duration FILLED_BEFORE = Duration.ofHours(1);

  /** Limits for each part of the job's memory, independent of the number of keys. */
  private static final List<String> BOUNDED_MEMORY =
      List.of(
          "-Xmx1024m",
          "-XX:MaxMetaspaceSize=160m",
          "-XX:ReservedCodeCacheSize=128m",
          "-XX:MaxDirectMemorySize=256m",
          "-Dtaskmanager.memory.managed.size=512m");

  private static final int BOUNDED_MEGABYTES = 1024 + 160 + 128 + 256 + 512;

  /**
   * A series on the axis of keys. More keys also cause more writes, especially if keys are uniform:
   * with few keys, many events of a key share one write per flush interval.
   */
  private record KeySeries(String title, double skew, String flushInterval) {}

  private static final List<KeySeries> KEY_SERIES =
      List.of(
          // The same distribution as in `bench pipeline`.
          new KeySeries("Zipf 1.1, flush 1s", USUAL_SKEW, "1s"),
          // The worst case: all keys are equally frequent.
          new KeySeries("uniform, flush 1s", 0, "1s"),
          // Nearly every event causes a write, whatever the number of keys, so only the state
          // differs.
          new KeySeries("uniform, flush 10ms", 0, "10ms"));

  @Option(
      names = "--only",
      paramLabel = "NAMES",
      split = ",",
      hideParamSyntax = true,
      description = "some of keys,skew,groups,intervals, separated by commas; default all")
  private Set<Axis> only = EnumSet.allOf(Axis.class);

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "events per point, default ${DEFAULT-VALUE}")
  private long events;

  @Option(
      names = "--group-events",
      paramLabel = "N",
      defaultValue = "600000",
      description =
          "events per point with ten groups or more, default ${DEFAULT-VALUE}; up to ten times as many with fewer")
  private long groupEvents;

  @Option(
      names = "--group-rate",
      paramLabel = "N",
      defaultValue = "2000",
      description =
          "fixed rate in events/s, measured in addition to full speed, default ${DEFAULT-VALUE}")
  private int groupRate;

  @Option(
      names = "--keys",
      paramLabel = "N",
      defaultValue = "10000000",
      description = "maximum number of keys, default ${DEFAULT-VALUE}")
  private int mostKeys;

  private List<Point> points;

  public ScalingBench() {
    super(Set.of("--only"), Set.of("--job"));
  }

  @Override
  protected void check() {
    super.check();
    requireBetween("--events", events, 10_000, 1e9);
    requireBetween("--group-events", groupEvents, 10_000, 1e9);
    requireBetween("--group-rate", groupRate, 100, 1e6);
    requireBetween("--keys", mostKeys, 10_000, MOST_KEYS);
    if (isSmoke()) {
      events = SMOKE_EVENTS;
    }
  }

  Set<Axis> axes() {
    return EnumSet.copyOf(only);
  }

  List<Integer> keys() {
    return isSmoke()
        ? List.of(2_000)
        : Stream.of(10_000, 100_000, 1_000_000, MOST_KEYS)
            .filter(keys -> keys <= mostKeys)
            .toList();
  }

  List<Integer> groups() {
    return isSmoke() ? List.of(3) : List.of(1, 2, 5, 10, 20, 30);
  }

  /**
   * The number of events of a point. It is larger for fewer groups, because a short run mostly
   * measures compilation.
   */
  long events(int groups) {
    return isSmoke() ? SMOKE_EVENTS : groupEvents * Math.max(1, MANY_GROUPS / groups);
  }

  /** The number of events of a point at a steady rate. */
  long steadyEvents() {
    return isSmoke() ? SMOKE_EVENTS : (long) groupRate * STEADY_SECONDS;
  }

  private int users() {
    return isSmoke() ? 1_000 : 100_000;
  }

  /**
   * Measures, and writes a report and a table per axis, {@code scaling-AXIS.json}. Each is written
   * at once, so that a later failure does not lose it.
   */
  @Override
  protected void measure(Path results) {
    for (Axis axis : axes()) {
      say(axis.label() + ": " + axis.circumstances());
      points = new ArrayList<>();
      switch (axis) {
        case KEYS -> keys().forEach(this::measureKeys);
        case SKEW ->
            (isSmoke() ? List.of(1.5) : List.of(0.0, 0.5, 1.0, 1.25, 1.5))
                .forEach(this::measureSkew);
        case GROUPS -> {
          groups().forEach(this::measureGroups);
          groups().forEach(this::measureGroupsSteadily);
        }
        case INTERVALS -> measureIntervals(isSmoke() ? List.of(12) : List.of(1, 2, 4, 8, 12));
      }
      ScalingReport report =
          new ScalingReport(
              Machine.here(),
              new ScalingReport.Load(
                  axis == Axis.GROUPS ? groupEvents : events,
                  Course.WARM_UP_SHARE,
                  EventTopic.PARTITIONS,
                  EventMix.LATE_SHARE),
              points,
              ScalingGoals.of(points));
      publish(report, report.lines(), results.resolve("scaling-" + axis.label() + ".json"));
    }
  }

  private void measureKeys(int keys) {
    Filled filled = new Filled(keys, Instant.now().minus(FILLED_BEFORE).getEpochSecond() * 1_000);
    say("  filling the state with %,d keys".formatted(keys));
    long begin = System.nanoTime();
    Path savepoint = processes(List.of()).fill(BenchCatalog.TUTORIAL, filled);
    say("    filled in %d s".formatted(Duration.ofNanos(System.nanoTime() - begin).toSeconds()));
    Map<Double, EventStream> bySkew = new HashMap<>();
    for (KeySeries series : isSmoke() ? KEY_SERIES.subList(0, 1) : KEY_SERIES) {
      String topic = "keys-%d-%s".formatted(keys, series.skew());
      EventStream stream =
          bySkew.computeIfAbsent(
              series.skew(), skew -> send(topic, EventStream.Shape.of(events, keys, skew)));
      List<String> flags = new ArrayList<>(BOUNDED_MEMORY);
      flags.addAll(List.of("--flush-interval", series.flushInterval(), "--start", "auto"));
      flags.add("-Dexecution.state-recovery.path=" + savepoint.toUri());
      // The savepoint is used several times, so the job must not take ownership of it.
      flags.add("-Dexecution.state-recovery.claim-mode=LEGACY");
      say("  %,d keys, %s".formatted(keys, series.title()));
      Counted counted =
          throughput(flags, topic, stream, course(stream, filled))
              .run(Contender.ROCKSDB, BenchCatalog.TUTORIAL);
      points.add(
          new Point(Axis.KEYS.label(), series.title(), keys, counted, BOUNDED_MEGABYTES, events));
    }
    Report.emptyFolder(savepoint);
  }

  private void measureSkew(double skew) {
    String topic = "skew-" + skew;
    EventStream stream = send(topic, EventStream.Shape.of(events, users(), skew));
    count(Axis.SKEW, "", skew, BenchCatalog.TUTORIAL, topic, stream, course(stream, null));
  }

  private void measureGroups(int groups) {
    String topic = "groups-" + groups;
    EventStream stream = send(topic, EventStream.Shape.of(events(groups), users(), USUAL_SKEW));
    BenchCatalog catalog = BenchCatalog.generated(groups, BenchCatalog.TUTORIAL_INTERVALS);
    count(Axis.GROUPS, FULL_LOAD, groups, catalog, topic, stream, course(stream, null));
  }

  /**
   * At full load, more groups mean fewer events per second, and so fewer events that share a write
   * per flush interval. At a fixed rate, each additional group has as much to write as the first.
   */
  private void measureGroupsSteadily(int groups) {
    String topic = "groups-steady-" + groups;
    EventTopic.create(broker(), topic);
    EventStream stream = new EventStream(EventStream.Shape.of(steadyEvents(), users(), USUAL_SKEW));
    BenchCatalog catalog = BenchCatalog.generated(groups, BenchCatalog.TUTORIAL_INTERVALS);
    Course steady = course(stream, null).sending(stream, groupRate);
    String series = "at %,d events/s".formatted(groupRate);
    count(Axis.GROUPS, series, groups, catalog, topic, stream, steady);
  }

  private void measureIntervals(List<Integer> all) {
    EventStream stream = send("intervals", EventStream.Shape.of(events, users(), USUAL_SKEW));
    for (int intervals : all) {
      BenchCatalog catalog = BenchCatalog.generated(1, intervals);
      count(Axis.INTERVALS, "", intervals, catalog, "intervals", stream, course(stream, null));
    }
  }

  private Course course(EventStream stream, Filled filled) {
    return isSmoke() ? Course.smoke(filled) : Course.full(stream, filled);
  }

  /** Adds a point of the job with state on the heap. */
  private void count(
      Axis axis,
      String series,
      double at,
      BenchCatalog catalog,
      String topic,
      EventStream stream,
      Course course) {
    say("  %s %s %s".formatted(axis.label(), at, series).stripTrailing());
    Counted counted = throughput(List.of(), topic, stream, course).run(Contender.HEAP, catalog);
    points.add(new Point(axis.label(), series, at, counted, null, stream.shape().events()));
  }

  private Throughput throughput(
      List<String> moreFlags, String topic, EventStream stream, Course course) {
    return new Throughput(processes(moreFlags), topic, stream, course, progress());
  }
}
