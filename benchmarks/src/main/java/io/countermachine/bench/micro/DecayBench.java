package io.countermachine.bench.micro;

import io.countermachine.bench.SmallBench;
import java.nio.file.Path;
import java.util.List;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;

/** {@code counter-machine bench decay}: the small parts, measured alone. */
public final class DecayBench {
  private static final String PACKAGE = "io.countermachine.bench.micro.";

  private DecayBench() {}

  /**
   * What one benchmark found.
   *
   * @param nanos mean time of an operation
   * @param leastNanos of the fastest iteration of any fork
   * @param mostNanos of the slowest one
   * @param allocatedBytes by an operation; null in a smoke run
   */
  record Figure(
      String benchmark, double nanos, double leastNanos, double mostNanos, Double allocatedBytes) {
    static Figure of(RunResult result) {
      Result<?> time = result.getPrimaryResult();
      Result<?> allocated = result.getSecondaryResults().get("gc.alloc.rate.norm");
      return new Figure(
          result.getParams().getBenchmark().substring(PACKAGE.length()),
          time.getScore(),
          time.getStatistics().getMin(),
          time.getStatistics().getMax(),
          allocated == null ? null : allocated.getScore());
    }
  }

  /** The first argument is the folder of the module {@code benchmarks}. */
  public static void main(String[] arguments) throws RunnerException {
    SmallBench.main(
        "decay", arguments, (smoke, file) -> table(run(file, smoke)).forEach(System.out::println));
  }

  /** Runs all of them; in smoke size in this very process. */
  static List<Figure> run(Path file, boolean smoke) throws RunnerException {
    ChainedOptionsBuilder options = SmallBench.jmh(PACKAGE + ".*Benchmark\\..*", smoke);
    if (!smoke) {
      options.addProfiler("gc");
    }
    List<Figure> figures = new Runner(options.build()).run().stream().map(Figure::of).toList();
    SmallBench.write(figures, file);
    return figures;
  }

  private static List<String> table(List<Figure> figures) {
    return List.of(
        "",
        line(figures, "addition to six intervals, ours", "AdditionBenchmark.ours"),
        line(figures, "addition to six intervals, Algebird", "AdditionBenchmark.algebird"),
        line(figures, "decoding an event, ours", "EventBenchmark.ours"),
        line(figures, "decoding an event, object mapper", "EventBenchmark.objectMapper"),
        line(figures, "encoding an item of 30 values", "ItemBenchmark.encode"),
        line(figures, "encoding it as JSON", "ItemBenchmark.json"),
        line(figures, "decoding an item of 30 values", "ItemBenchmark.decode"),
        "",
        "addition: ours takes %.2f of Algebird's time"
            .formatted(ratio(figures, "AdditionBenchmark.ours", "AdditionBenchmark.algebird")),
        "decoding: ours takes %.2f of the object mapper's time"
            .formatted(ratio(figures, "EventBenchmark.ours", "EventBenchmark.objectMapper")));
  }

  private static String line(List<Figure> figures, String title, String name) {
    Figure figure = find(figures, name);
    return "%-40s %8.1f ns, %.1f to %.1f; %s"
        .formatted(
            title,
            figure.nanos(),
            figure.leastNanos(),
            figure.mostNanos(),
            figure.allocatedBytes() == null
                ? "-"
                : "%,.0f bytes allocated".formatted(figure.allocatedBytes()));
  }

  private static double ratio(List<Figure> figures, String ours, String theirs) {
    return find(figures, ours).nanos() / find(figures, theirs).nanos();
  }

  private static Figure find(List<Figure> figures, String name) {
    return figures.stream()
        .filter(figure -> figure.benchmark().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
