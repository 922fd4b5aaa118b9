package io.countermachine.local.cli;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.yaml.CatalogException;
import io.countermachine.catalog.yaml.CatalogLoader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** A command of {@code counter-machine}. Exit codes: 0 done, 1 failed, 2 wrong usage. */
@Command(separator = " ", sortOptions = false, usageHelpWidth = 120)
public abstract class LocalCommand implements Callable<Integer> {
  protected static final int DONE = 0;
  protected static final int FAILED = 1;
  private static final int LONGEST_OPTION = 29;
  private static final String PREFIX = "counter-machine ";

  @Spec private CommandSpec spec;

  /** Prepares a root command with its subcommands for execution. */
  public static CommandLine prepare(CommandLine root) {
    root.getSubcommands().values().forEach(LocalCommand::prepareOne);
    return root.setUsageHelpLongOptionsMaxWidth(LONGEST_OPTION)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOverwrittenOptionsAllowed(true)
        .setParameterExceptionHandler((wrong, arguments) -> wrongUsage(wrong))
        .setExecutionExceptionHandler((failure, line, parsed) -> failed(failure, line));
  }

  private static CommandLine prepareOne(CommandLine line) {
    CommandSpec spec = line.getCommandSpec();
    spec.addOption(
        OptionSpec.builder("--help").usageHelp(true).description("print this text").build());
    spec.usageMessage().synopsisHeading("usage: ");
    if (spec.userObject() instanceof LocalCommand command) {
      command.configure(line);
    }
    return line;
  }

  private static int wrongUsage(ParameterException wrong) {
    CommandLine line = wrong.getCommandLine();
    PrintWriter err = line.getErr();
    err.println(PREFIX + line.getCommandName() + ": " + wrong.getMessage());
    UnmatchedArgumentException.printSuggestions(wrong, err);
    line.usage(err);
    return line.getCommandSpec().exitCodeOnInvalidInput();
  }

  private static int failed(Exception failure, CommandLine line) throws Exception {
    if (failure instanceof CatalogException invalid) {
      invalid.faults().forEach(line.getErr()::println);
    } else if (failure instanceof IllegalStateException) {
      line.getErr().println(PREFIX + line.getCommandName() + ": " + failure.getMessage());
    } else {
      throw failure;
    }
    return FAILED;
  }

  /** Runs a single command, as tests do, and returns its exit code. */
  public static int execute(
      LocalCommand command, PrintStream out, PrintStream err, String... arguments) {
    return prepare(prepareOne(new CommandLine(command)))
        .setOut(writer(out))
        .setErr(writer(err))
        .execute(arguments);
  }

  /** Parses a command line into a command with its options. */
  public static <C extends LocalCommand> C parse(C command, String... arguments) {
    prepare(prepareOne(new CommandLine(command))).parseArgs(arguments);
    command.check();
    return command;
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  /** Configures what annotations cannot express. */
  protected void configure(CommandLine line) {}

  /**
   * Refuses options that are out of range or contradict each other.
   *
   * @throws ParameterException with the reason
   */
  protected void check() {}

  /** Executes the command, and returns the exit code. */
  protected abstract int run() throws Exception;

  @Override
  public final Integer call() throws Exception {
    Locale.setDefault(Locale.ROOT);
    check();
    return run();
  }

  protected final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  protected final PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /** Prints why the command failed, and returns its exit code. */
  protected final int fail(String format, Object... values) {
    err().println(PREFIX + spec.name() + ": " + String.format(Locale.ROOT, format, values));
    return FAILED;
  }

  /** Creates the exception for a wrong command line. */
  protected final ParameterException wrong(String format, Object... values) {
    return new ParameterException(spec.commandLine(), String.format(Locale.ROOT, format, values));
  }

  /** Refuses a numeric option that is out of range. */
  protected final void requireBetween(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw wrong("%s %d: expected a whole number from %d to %d", option, value, least, most);
    }
  }

  /** Loads a catalog file; null for the bundled catalog. */
  protected static Catalog catalog(Path file) {
    return file == null ? CatalogLoader.loadBundled() : CatalogLoader.load(file);
  }

  protected final CommandSpec spec() {
    return spec;
  }
}
