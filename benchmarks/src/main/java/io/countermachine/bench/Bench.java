package io.countermachine.bench;

import io.countermachine.bench.serving.ServingBench;
import io.countermachine.bench.serving.ServingOptions;
import io.countermachine.local.Installation;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** {@code counter-machine bench}: the benchmarks. */
public final class Bench {
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;
  private static final List<String> LATER = List.of("pipeline", "decay");

  private Bench() {}

  /** Runs the benchmark that the first argument names, {@code serving} where there is none. */
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT);
    boolean named = arguments.length > 0 && !arguments[0].startsWith("-");
    String name = named ? arguments[0] : "serving";
    String[] options = named ? Arrays.copyOfRange(arguments, 1, arguments.length) : arguments;
    if (LATER.contains(name)) {
      System.err.println("counter-machine: bench " + name + " is not part of this release");
      System.exit(WRONG_USAGE);
    }
    if (!name.equals("serving")) {
      System.err.println("counter-machine: unknown benchmark " + name);
      System.err.print(ServingOptions.USAGE);
      System.exit(WRONG_USAGE);
    }
    if (Arrays.asList(options).contains("--help") || Arrays.asList(options).contains("-h")) {
      System.out.print(ServingOptions.USAGE);
      return;
    }
    try {
      new ServingBench(
              ServingOptions.parse(options),
              Installation.root().resolve("benchmarks/target/serving"),
              Bench::say)
          .run(Installation.root().resolve("benchmarks/results/serving.json"));
    } catch (ServingOptions.UsageException e) {
      System.err.println(e.getMessage());
      System.err.print(ServingOptions.USAGE);
      System.exit(WRONG_USAGE);
    } catch (IllegalStateException e) {
      System.err.println("counter-machine bench: " + e.getMessage());
      System.exit(FAILED);
    }
    // Clients leave threads behind that would keep the process for a while.
    System.exit(0);
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
