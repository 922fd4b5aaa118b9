package io.countermachine.bench.micro;

import io.countermachine.bench.report.Table;
import java.nio.file.Path;
import java.util.List;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine.Command;

/**
 * {@code counter-machine bench decay}: adds and decodes one event in isolation, and measures a
 * sketch of unique users.
 */
@Command(
    name = "decay",
    description =
        "adding and decoding an event, compared with Algebird and Jackson's object mapper")
public final class DecayBench extends JmhBench {

  /**
   * The result of one benchmark.
   *
   * @param nanos mean time of an operation
   * @param leastNanos the fastest iteration of any fork
   * @param mostNanos the slowest iteration of any fork
   * @param allocatedBytes bytes allocated by an operation; null in a smoke run
   */
  record Figure(
      String benchmark, double nanos, double leastNanos, double mostNanos, Double allocatedBytes) {
    private static Figure of(RunResult result) {
      Result<?> time = result.getPrimaryResult();
      Result<?> allocated = result.getSecondaryResults().get("gc.alloc.rate.norm");
      String name = result.getParams().getBenchmark();
      return new Figure(
          name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1),
          time.getScore(),
          time.getStatistics().getMin(),
          time.getStatistics().getMax(),
          allocated == null ? null : allocated.getScore());
    }
  }

  @Override
  public void run(Path folder, Path results) throws RunnerException {
    List<Figure> figures =
        measure(
                AdditionBenchmark.class,
                EventBenchmark.class,
                DoubleBenchmark.class,
                UniquesBenchmark.class)
            .stream()
            .map(Figure::of)
            .toList();
    Table table = new Table().row("ns per operation", "mean", "least", "most", "bytes allocated");
    for (Figure figure : figures) {
      table.row(
          figure.benchmark(),
          Table.number("%.1f", figure.nanos()),
          Table.number("%.1f", figure.leastNanos()),
          Table.number("%.1f", figure.mostNanos()),
          Table.number("%,.0f", figure.allocatedBytes()));
    }
    publish(figures, table.lines(), results.resolve("decay.json"));
  }
}
