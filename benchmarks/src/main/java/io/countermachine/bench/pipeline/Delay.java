package io.countermachine.bench.pipeline;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * How long it takes from sending an event until it is readable.
 *
 * @param load the load of events during the measurement
 * @param lingerMillis how long the sender waits for a batch, which is part of the delay
 * @param withoutCopies for a service without a near cache
 * @param fromCopies for a service whose near cache has its default settings, and that is polled
 *     constantly, so that it always has a copy
 */
public record Delay(SteadyRate load, int lingerMillis, Stage withoutCopies, Stage fromCopies) {
  /**
   * A steady load.
   *
   * @param sentPerSecond events per second
   * @param shareOfThroughput this rate as a share of the job's maximum
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
   * The measurements with one service.
   *
   * @param probes the number of measured events
   * @param stored the time from when the event was due until the store has the item
   * @param answered the time until the service returns it
   * @param resolutionMillis how much later than possible a result may be found: the longest time in
   *     which any of the events was not polled
   * @param cpu the cores in use
   * @param notValid why the figures are not valid; null if they are
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

    /** A marker after figures that are not valid; empty for valid ones. */
    String mark() {
      return notValid == null ? "" : "  not valid: " + notValid;
    }

    List<String> lines(String service) {
      String cores =
          cpu.cores().entrySet().stream()
              .map(used -> "%s %.2f".formatted(used.getKey(), used.getValue()))
              .collect(Collectors.joining(", "));
      return List.of(
          "  %-40s %s%s".formatted("in the store", stored, mark()),
          "  %-40s %s; too long by %.0f at most%s"
              .formatted("answered, " + service, answered, resolutionMillis, mark()),
          "    %.2f of %d cores in use: %s".formatted(cpu.inUse(), cpu.there(), cores));
    }
  }

  /** The 50th and 99th percentile, and the maximum. */
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
