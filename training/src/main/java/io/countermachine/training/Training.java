package io.countermachine.training;

import io.countermachine.local.cli.LocalCommand;
import io.countermachine.training.backfill.BackfillCommand;
import io.countermachine.training.study.StudyCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code counter-machine}: the commands that process past events. */
@Command(
    name = "counter-machine",
    subcommands = {TrainingCommand.class, StudyCommand.class, BackfillCommand.class})
public final class Training {
  private Training() {}

  /** Runs the command that the first argument names. The other arguments are its options. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return LocalCommand.prepare(new CommandLine(new Training()));
  }
}
