package io.countermachine.bench.micro;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** {@code counter-machine bench decay}: the small parts, measured alone. */
public final class DecayBench {
  private static final String USAGE =
      """
      usage: counter-machine bench decay [--smoke]
        --smoke   a moment per benchmark: shows that it works, measures nothing
      """;

  private static final int WRONG_USAGE = 2;
  private static final String PACKAGE = "io.countermachine.bench.micro.";

  private DecayBench() {}

  /** The first argument is the file for the results. */
  public static void main(String[] arguments) throws RunnerException {
    Locale.setDefault(Locale.ROOT);
    List<String> options = List.of(arguments).subList(1, arguments.length);
    if (options.contains("--help") || options.contains("-h")) {
      System.out.print(USAGE);
      return;
    }
    if (!options.isEmpty() && !options.equals(List.of("--smoke"))) {
      System.err.print(USAGE);
      System.exit(WRONG_USAGE);
    }
    Path file = Path.of(arguments[0]);
    table(run(file, !options.isEmpty())).forEach(System.out::println);
    System.out.println("written to " + file);
  }

  /** Runs all of them; in smoke size in this very process. */
  static Collection<RunResult> run(Path file, boolean smoke) throws RunnerException {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(PACKAGE + ".*Benchmark\\..*")
            .resultFormat(ResultFormatType.JSON)
            .result(file.toString());
    if (smoke) {
      TimeValue moment = TimeValue.milliseconds(20);
      options.forks(0).warmupIterations(1).warmupTime(moment);
      options.measurementIterations(1).measurementTime(moment);
    } else {
      options.forks(2).warmupIterations(5).warmupTime(TimeValue.seconds(1));
      options.measurementIterations(5).measurementTime(TimeValue.seconds(1));
      options.addProfiler("gc");
    }
    return new Runner(options.build()).run();
  }

  private static List<String> table(Collection<RunResult> results) {
    double addition =
        nanos(results, "AdditionBenchmark.algebird") / nanos(results, "AdditionBenchmark.ours");
    double decoding =
        nanos(results, "EventBenchmark.objectMapper") / nanos(results, "EventBenchmark.ours");
    return List.of(
        "",
        line(results, "addition to six intervals, ours", "AdditionBenchmark.ours"),
        line(results, "addition to six intervals, Algebird", "AdditionBenchmark.algebird"),
        line(results, "decoding an event, ours", "EventBenchmark.ours"),
        line(results, "decoding an event, object mapper", "EventBenchmark.objectMapper"),
        line(results, "encoding an item of 30 values", "ItemBenchmark.encode"),
        line(results, "encoding it as JSON", "ItemBenchmark.json"),
        line(results, "decoding an item of 30 values", "ItemBenchmark.decode"),
        "",
        "addition: ours is %.2f times as fast as Algebird's".formatted(addition),
        "decoding: ours is %.2f times as fast as the object mapper".formatted(decoding));
  }

  private static String line(Collection<RunResult> results, String title, String name) {
    return "%-40s %10.1f ns".formatted(title, nanos(results, name));
  }

  private static double nanos(Collection<RunResult> results, String name) {
    return results.stream()
        .filter(result -> result.getParams().getBenchmark().equals(PACKAGE + name))
        .mapToDouble(result -> result.getPrimaryResult().getScore())
        .findFirst()
        .orElseThrow();
  }
}
