package io.countermachine.bench;

import io.countermachine.bench.pipeline.PipelineBench;
import io.countermachine.bench.pipeline.PipelineOptions;
import io.countermachine.bench.scaling.ScalingBench;
import io.countermachine.bench.scaling.ScalingOptions;
import io.countermachine.bench.serving.ServingBench;
import io.countermachine.bench.serving.ServingOptions;
import io.countermachine.local.cli.Usage;
import io.countermachine.local.process.Installation;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** {@code counter-machine bench}: the benchmarks. */
public final class Bench {
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  /** The script {@code counter-machine} knows them by their usage texts, and starts the others. */
  static final Set<String> NAMES = Set.of("serving", "pipeline", "scaling");

  /** With these a run's figures are not of the whole, or not of the product as it comes. */
  private static final Map<String, Set<String>> NOT_KEPT =
      Map.of(
          "serving", Set.of("--smoke", "--only", "--service"),
          "pipeline", Set.of("--smoke", "--only", "--job"),
          "scaling", Set.of("--smoke", "--job"));

  private Bench() {}

  /** Runs the benchmark that the first argument names, with the other arguments as its options. */
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT);
    if (arguments.length == 0 || !NAMES.contains(arguments[0])) {
      System.err.println("counter-machine: expected one of the benchmarks " + NAMES);
      System.exit(WRONG_USAGE);
    }
    String name = arguments[0];
    String[] options = Arrays.copyOfRange(arguments, 1, arguments.length);
    try {
      run(name, options);
    } catch (UsageException e) {
      System.err.println("counter-machine bench: " + e.getMessage());
      System.err.print(Usage.of("bench-" + name));
      System.exit(WRONG_USAGE);
    } catch (IllegalStateException e) {
      System.err.println("counter-machine bench: " + e.getMessage());
      System.exit(FAILED);
    }
    // Clients leave threads behind that would keep the process for a while.
    System.exit(0);
  }

  private static void run(String name, String... options) {
    Path module = Installation.root().resolve("benchmarks");
    Path folder = module.resolve("target").resolve(name);
    boolean kept = Collections.disjoint(List.of(options), NOT_KEPT.get(name));
    Path results = kept ? module.resolve("results") : folder;
    switch (name) {
      case "pipeline" ->
          new PipelineBench(PipelineOptions.parse(options), folder.resolve("run"), Bench::say)
              .run(results);
      case "scaling" ->
          new ScalingBench(ScalingOptions.parse(options), folder.resolve("run"), Bench::say)
              .run(results, kept ? Installation.root().resolve("docs/images") : folder);
      default ->
          new ServingBench(ServingOptions.parse(options), folder, Bench::say)
              .run(results.resolve("serving.json"));
    }
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
