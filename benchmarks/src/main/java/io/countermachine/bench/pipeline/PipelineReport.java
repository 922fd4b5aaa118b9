package io.countermachine.bench.pipeline;

import io.countermachine.bench.mix.EventMix;
import io.countermachine.bench.pipeline.TableCheck.Finding;
import io.countermachine.bench.report.Goal;
import io.countermachine.bench.report.Machine;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/** What {@code bench pipeline} writes. */
public record PipelineReport(
    Machine machine, Load load, List<Measured> measured, List<Goal> goals) {

  /**
   * What was counted.
   *
   * @param keys users, and as many posts
   * @param skew Zipf's exponent of both
   * @param runs how often each contender counted, in turn with the others
   */
  public record Load(
      long events,
      int partitions,
      int keys,
      double skew,
      double lateShare,
      int runs,
      List<String> jobFlags) {}

  /**
   * A contender on a catalog.
   *
   * @param counted the middle run by events per second
   * @param eventsPerSecond of each run, in order
   * @param delay null where that was not measured
   */
  public record Measured(
      String contender,
      String title,
      String catalog,
      Counted counted,
      List<Double> eventsPerSecond,
      Delay delay) {
    /** Of runs in the order in which they were made. */
    static Measured of(Contender contender, BenchCatalog catalog, List<Counted> runs, Delay delay) {
      return new Measured(
          contender.label(),
          contender.title(),
          catalog.label(),
          middle(runs),
          runs.stream().map(Counted::eventsPerSecond).toList(),
          delay);
    }

    /** The middle one by events per second; of an even number the lower one. */
    static Counted middle(List<Counted> runs) {
      return runs.stream()
          .sorted(Comparator.comparingDouble(Counted::eventsPerSecond))
          .toList()
          .get((runs.size() - 1) / 2);
    }

    /** The slowest run's events per second, to the fastest's. */
    double spread() {
      return Collections.min(eventsPerSecond) / Collections.max(eventsPerSecond);
    }
  }

  /**
   * What counting took: from the warm-up's end on all but keys, state, checkpoints and memory.
   *
   * @param updatesPerSecond values raised in a second, one per interval of each counter that an
   *     event touches
   * @param cpuSecondsPerMillion of the whole process, per million events
   * @param compilerSecondsPerMillion that the JVM's compiler threads were at work meanwhile, per
   *     million events; waiting for a core counts, so it can be more than their CPU. Null where the
   *     JVM does not tell, and in reports of before it was asked
   * @param writtenKilobytesPerEvent of items, as JSON on the wire
   * @param stateBytesPerKey of a whole checkpoint, by the items there are; null without Flink
   * @param checkpointMegabytes what a checkpoint wrote, on average; null without Flink
   * @param checkpointMillis how long it took, on average; null without Flink
   * @param peakMegabytes the most memory that the process had resident; 0 where the system does not
   *     tell
   */
  public record Counted(
      double seconds,
      double eventsPerSecond,
      double updatesPerSecond,
      double cpuSecondsPerMillion,
      Double compilerSecondsPerMillion,
      double allocatedBytesPerEvent,
      double writesPerEvent,
      double writtenKilobytesPerEvent,
      long keys,
      Double stateBytesPerKey,
      Integer checkpoints,
      Double checkpointMegabytes,
      Double checkpointMillis,
      long peakMegabytes,
      int checkedKeys,
      int wrongKeys) {

    static Counted of(
        EventStream stream,
        BenchCatalog catalog,
        MeasuredWork work,
        FlinkCheckpoints.Statistics checkpoints,
        Finding finding,
        long keys,
        long peakMegabytes) {
      double events = stream.shape().events();
      MeterLog.Sample used = work.used();
      double measured = work.events();
      double seconds = used.epochMillis() / 1e3;
      boolean flink = checkpoints != null;
      return new Counted(
          seconds,
          measured / seconds,
          updates(stream, catalog.catalog()) * measured / events / seconds,
          used.cpuNanos() / 1e3 / measured,
          used.compilerMillis() < 0 ? null : used.compilerMillis() * 1e3 / measured,
          used.allocatedBytes() / measured,
          work.items() / measured,
          work.bytes() / 1024.0 / measured,
          keys,
          flink ? (double) checkpoints.stateBytes() / keys : null,
          flink ? checkpoints.completed() : null,
          flink ? checkpoints.meanWrittenBytes() / 1e6 : null,
          flink ? checkpoints.meanMillis() : null,
          peakMegabytes,
          finding.sampled(),
          finding.wrong());
    }

    private static double updates(EventStream stream, Catalog catalog) {
      double[] perType = new double[EventMix.TYPES.size()];
      for (int type = 0; type < perType.length; type++) {
        for (Group group : catalog.groups()) {
          if (group.measureIndex(EventMix.TYPES.get(type)) >= 0) {
            perType[type] += group.intervals().size();
          }
        }
      }
      double updates = 0;
      stream.rewind();
      while (stream.advance()) {
        updates += perType[stream.type()];
      }
      return updates;
    }
  }

  /**
   * How long events take to be readable, from their sending.
   *
   * @param load how many events came meanwhile
   * @param lingerMillis how long the sender waits for a batch, which is part of the delay
   * @param withoutCopies of a service that keeps no copies
   * @param fromCopies of a service whose near cache is at its default, and which is asked all the
   *     time, so that it always has a copy
   */
  public record Delay(SteadyRate load, int lingerMillis, Stage withoutCopies, Stage fromCopies) {}

  /**
   * A steady load.
   *
   * @param sentPerSecond events
   * @param shareOfThroughput the part of what the job counts in a second that this is
   */
  public record SteadyRate(double sentPerSecond, double shareOfThroughput) {
    static SteadyRate of(double throughput, double share) {
      return new SteadyRate(throughput * share, share);
    }

    @Override
    public String toString() {
      return "at a load of %,.0f events/s, %.2f of its throughput"
          .formatted(sentPerSecond, shareOfThroughput);
    }
  }

  /**
   * What was measured with one service.
   *
   * @param probes of how many events
   * @param stored until the store has the item, from when the event was due
   * @param answered until the service returns it
   * @param resolutionMillis what an answer is found too late by at most: the longest that any of
   *     the events was not asked for
   * @param cpu what was in use meanwhile
   * @param notValid why the figures are not valid; null where they are
   */
  public record Stage(
      long probes,
      Percentiles stored,
      Percentiles answered,
      double resolutionMillis,
      CpuUse cpu,
      String notValid) {

    static Stage of(
        Histogram stored, ReadableWatch.Found found, CpuUse cpu, List<Backlog> backlogs) {
      String reasons =
          Stream.concat(
                  Stream.of(cpu).map(CpuUse::notValid), backlogs.stream().map(Backlog::notValid))
              .filter(Objects::nonNull)
              .collect(Collectors.joining("; "));
      return new Stage(
          found.delays().getTotalCount(),
          Percentiles.of(stored),
          Percentiles.of(found.delays()),
          found.resolutionMillis(),
          cpu,
          reasons.isEmpty() ? null : reasons);
    }

    /** What stands behind the figures; nothing where they are valid. */
    String mark() {
      return notValid == null ? "" : "  not valid: " + notValid;
    }
  }

  /** What half of them and 99 of 100 took at most, and the longest. */
  public record Percentiles(double p50Millis, double p99Millis, double mostMillis) {
    static Percentiles of(Histogram millis) {
      return new Percentiles(
          millis.getValueAtPercentile(50), millis.getValueAtPercentile(99), millis.getMaxValue());
    }

    @Override
    public String toString() {
      return "p50 %.0f, p99 %.0f, most %.0f".formatted(p50Millis, p99Millis, mostMillis);
    }
  }
}
