package io.countermachine.bench;

import io.countermachine.bench.report.Report;
import io.countermachine.local.process.Installation;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that all benchmarks share: the smoke run, and the folders of logs and results. */
@Command(separator = " ", sortOptions = false)
public abstract class BenchCommand implements Runnable {
  /** Printed before a table, so that nobody mistakes the figures of a smoke run for results. */
  private static final String SMOKE_NOTE =
      "a smoke run: it only shows that the benchmark works; its figures mean nothing";

  @Spec private CommandSpec spec;

  @Option(
      names = "--smoke",
      order = 98,
      description = "the smallest size, to test that the benchmark works; its figures mean nothing")
  private boolean smoke;

  private final Set<String> smokeCompanions;
  private final Set<String> notKept;
  private Consumer<String> progress = System.out::println;

  /**
   * Prepares a benchmark.
   *
   * @param smokeCompanions options that may be combined with a smoke run
   * @param notKept options with which the figures are incomplete, or not those of the default
   *     product; with them, as in a smoke run, the results are not stored in the source tree
   */
  protected BenchCommand(Set<String> smokeCompanions, Set<String> notKept) {
    this.smokeCompanions = smokeCompanions;
    this.notKept = notKept;
  }

  /**
   * Measures, prints tables and writes reports.
   *
   * @param folder the folder for data and logs
   * @param results the folder for reports
   */
  public abstract void run(Path folder, Path results) throws Exception;

  /** Runs with the options of the command line. */
  @Override
  public final void run() {
    check();
    Path module = Installation.root().resolve("benchmarks");
    Path folder = module.resolve("target").resolve(spec.name());
    boolean kept = !smoke && Collections.disjoint(given(), notKept);
    try {
      run(folder.resolve("run"), kept ? module.resolve("results") : folder);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e.toString(), e);
    }
  }

  /**
   * Refuses options that contradict each other or are out of range.
   *
   * @throws ParameterException with the reason
   */
  protected void check() {
    List<String> strangers =
        given().stream().filter(option -> !smokeCompanions.contains(option)).sorted().toList();
    if (smoke && !strangers.isEmpty()) {
      fail(
          "--smoke cannot be combined with %s; %s"
              .formatted(
                  String.join(", ", strangers),
                  smokeCompanions.isEmpty()
                      ? "it takes no other options"
                      : "it can be combined only with "
                          + smokeCompanions.stream()
                              .sorted()
                              .collect(Collectors.joining(" and "))));
    }
  }

  /** Refuses a numeric option that is out of range. */
  protected final void requireBetween(String option, Number value, double least, double most) {
    if (!(value.doubleValue() >= least && value.doubleValue() <= most)) {
      fail("%s %s: expected a number from %.0f to %.0f".formatted(option, value, least, most));
    }
  }

  private void fail(String message) {
    throw new ParameterException(spec.commandLine(), message);
  }

  /** The given options, without {@code --smoke}. */
  private Set<String> given() {
    return spec.commandLine().getParseResult().matchedOptions().stream()
        .map(OptionSpec::longestName)
        .filter(option -> !option.equals("--smoke"))
        .collect(Collectors.toSet());
  }

  /** The flags for another program, separated by white space; may be empty. */
  protected static List<String> words(String flags) {
    return flags.isBlank() ? List.of() : List.of(flags.strip().split("\\s+"));
  }

  public final boolean isSmoke() {
    return smoke;
  }

  /** Sends progress and tables to a consumer instead of the standard output. */
  public final void setProgress(Consumer<String> progress) {
    this.progress = progress;
  }

  /** Writes a report as JSON, and prints its table. */
  protected final void publish(Object report, List<String> table, Path file) {
    Report.write(report, file);
    if (smoke) {
      say(SMOKE_NOTE);
    }
    table.forEach(this::say);
    say("written to " + file);
  }

  protected final void say(String line) {
    progress.accept(line);
  }

  protected final Consumer<String> progress() {
    return progress;
  }
}
