package io.countermachine.bench;

import io.countermachine.bench.pipeline.PipelineBench;
import io.countermachine.bench.pipeline.PipelineOptions;
import io.countermachine.bench.scaling.ScalingBench;
import io.countermachine.bench.scaling.ScalingOptions;
import io.countermachine.bench.serving.ServingBench;
import io.countermachine.bench.serving.ServingOptions;
import io.countermachine.local.Installation;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code counter-machine bench}: the benchmarks. */
public final class Bench {
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;
  private static final Map<String, String> USAGES =
      Map.of(
          "serving", ServingOptions.USAGE,
          "pipeline", PipelineOptions.USAGE,
          "scaling", ScalingOptions.USAGE);

  private Bench() {}

  /** Runs the benchmark that the first argument names, {@code serving} where there is none. */
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT);
    boolean named = arguments.length > 0 && !arguments[0].startsWith("-");
    String name = named ? arguments[0] : "serving";
    String[] options = named ? Arrays.copyOfRange(arguments, 1, arguments.length) : arguments;
    String usage = USAGES.get(name);
    if (usage == null) {
      System.err.println("counter-machine: unknown benchmark " + name);
      USAGES.values().forEach(System.err::print);
      System.exit(WRONG_USAGE);
    }
    if (List.of(options).contains("--help") || List.of(options).contains("-h")) {
      System.out.print(usage);
      return;
    }
    try {
      run(name, options);
    } catch (UsageException e) {
      System.err.println(e.getMessage());
      System.err.print(usage);
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
    // Only figures that mean something go beside the sources.
    boolean kept = !List.of(options).contains("--smoke");
    Path result = (kept ? module.resolve("results") : folder).resolve(name + ".json");
    switch (name) {
      case "pipeline" ->
          new PipelineBench(PipelineOptions.parse(options), folder, Bench::say).run(result);
      case "scaling" ->
          new ScalingBench(ScalingOptions.parse(options), folder.resolve("run"), Bench::say)
              .run(result, kept ? Installation.root().resolve("docs/images") : folder);
      default -> new ServingBench(ServingOptions.parse(options), folder, Bench::say).run(result);
    }
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
