package io.countermachine.bench.pipeline;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * How long events take to be readable, from their sending.
 *
 * @param load how many events came meanwhile
 * @param lingerMillis how long the sender waits for a batch, which is part of the delay
 * @param withoutCopies of a service that keeps no copies
 * @param fromCopies of a service whose near cache is at its default, and which is asked all the
 *     time, so that it always has a copy
 */
public record Delay(SteadyRate load, int lingerMillis, Stage withoutCopies, Stage fromCopies) {
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
