package io.countermachine.bench;

import io.countermachine.bench.faults.FaultsBench;
import io.countermachine.bench.micro.AnswersBench;
import io.countermachine.bench.micro.DecayBench;
import io.countermachine.bench.micro.ItemsBench;
import io.countermachine.bench.micro.WindowsBench;
import io.countermachine.bench.pipeline.PipelineBench;
import io.countermachine.bench.restore.RestoreBench;
import io.countermachine.bench.scaling.ScalingBench;
import io.countermachine.bench.serving.ServingBench;
import io.countermachine.bench.training.TrainingBench;
import io.countermachine.bench.writes.WritesBench;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;

/** {@code counter-machine bench}: the benchmarks. */
@Command(
    name = "bench",
    subcommands = {
      ServingBench.class,
      FaultsBench.class,
      PipelineBench.class,
      ScalingBench.class,
      DecayBench.class,
      WritesBench.class,
      ItemsBench.class,
      AnswersBench.class,
      WindowsBench.class,
      RestoreBench.class,
      TrainingBench.class
    })
public final class Bench {
  private static final int FAILED = 1;
  private static final int USAGE_WIDTH = 120;
  private static final OptionSpec HELP =
      OptionSpec.builder("--help").usageHelp(true).order(99).description("print this text").build();

  private Bench() {}

  /** Runs the benchmark that the first argument names. The other arguments are its options. */
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT);
    // Clients leave threads behind that would keep the process alive for a while.
    System.exit(commandLine().execute(arguments));
  }

  /** All benchmarks, as subcommands. */
  static CommandLine commandLine() {
    CommandLine bench = new CommandLine(new Bench());
    bench
        .getSubcommands()
        .forEach(
            (name, command) ->
                command
                    .getCommandSpec()
                    .addOption(HELP)
                    .usageMessage()
                    .synopsisHeading("usage: ")
                    .customSynopsis("counter-machine bench " + name + " [options]")
                    .width(USAGE_WIDTH));
    return configure(bench);
  }

  private static CommandLine configure(CommandLine command) {
    return command
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpLongOptionsMaxWidth(24)
        .setExecutionExceptionHandler(
            (failure, line, parsed) -> {
              if (!(failure instanceof IllegalStateException)) {
                throw failure;
              }
              line.getErr().println("counter-machine bench: " + failure.getMessage());
              return FAILED;
            });
  }

  /** Parses a benchmark's command line. */
  public static <B extends BenchCommand> B parse(B bench, String... options) {
    configure(new CommandLine(bench)).parseArgs(options);
    bench.check();
    return bench;
  }
}
