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

/** What all benchmarks have in common: a smoke run, and where logs and results go. */
@Command(separator = " ", sortOptions = false)
public abstract class BenchCommand implements Runnable {
  /** Printed before a table, so that nobody reads its figures and goals first. */
  private static final String SMOKE_NOTE =
      "a smoke run: it shows that all of this works, and what is measured means nothing";

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
   * @param smokeCompanions options that mean something in a smoke run
   * @param notKept options with which figures are not of the whole, or not of the product as it
   *     comes; with them, as in a smoke run, the results are not kept beside the sources
   */
  protected BenchCommand(Set<String> smokeCompanions, Set<String> notKept) {
    this.smokeCompanions = smokeCompanions;
    this.notKept = notKept;
  }

  /**
   * Measures, prints tables and writes reports.
   *
   * @param folder for data and logs
   * @param results for the reports
   */
  public abstract void run(Path folder, Path results) throws Exception;

  /** Runs as the command line says. */
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
   * Refuses options that contradict each other, or are out of range.
   *
   * @throws ParameterException with what is wrong
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
                      ? "it goes alone"
                      : "beside it go only "
                          + smokeCompanions.stream()
                              .sorted()
                              .collect(Collectors.joining(" and "))));
    }
  }

  /** Refuses an option's number that is out of range. */
  protected final void requireBetween(String option, Number value, double least, double most) {
    if (!(value.doubleValue() >= least && value.doubleValue() <= most)) {
      fail("%s %s: expected a number from %.0f to %.0f".formatted(option, value, least, most));
    }
  }

  private void fail(String message) {
    throw new ParameterException(spec.commandLine(), message);
  }

  /** The options that were given, without {@code --smoke}. */
  private Set<String> given() {
    return spec.commandLine().getParseResult().matchedOptions().stream()
        .map(OptionSpec::longestName)
        .filter(option -> !option.equals("--smoke"))
        .collect(Collectors.toSet());
  }

  /** Flags for another program, divided by white space; there may be none. */
  protected static List<String> words(String flags) {
    return flags.isBlank() ? List.of() : List.of(flags.strip().split("\\s+"));
  }

  public final boolean isSmoke() {
    return smoke;
  }

  /** Has progress and tables told to somebody else than the standard output. */
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
