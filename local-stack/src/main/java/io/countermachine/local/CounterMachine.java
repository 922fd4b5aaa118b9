package io.countermachine.local;

import io.countermachine.local.cli.CatalogCommands.CheckCommand;
import io.countermachine.local.cli.CatalogCommands.DiffCommand;
import io.countermachine.local.cli.LocalCommand;
import io.countermachine.local.deadletters.DeadLettersCommand;
import io.countermachine.local.demo.Demo;
import io.countermachine.local.rules.ForgetCommand;
import io.countermachine.local.rules.RulesCommand;
import io.countermachine.local.table.RepublishCommand;
import io.countermachine.local.table.ShowCommand;
import io.countermachine.local.torture.Torture;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code counter-machine}: the commands of this module. */
@Command(
    name = "counter-machine",
    subcommands = {
      Demo.class,
      Torture.class,
      CheckCommand.class,
      DiffCommand.class,
      ShowCommand.class,
      RepublishCommand.class,
      RulesCommand.class,
      ForgetCommand.class,
      DeadLettersCommand.class
    })
public final class CounterMachine {
  private CounterMachine() {}

  /** Runs the command that the first argument names. The other arguments are its options. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return LocalCommand.prepare(new CommandLine(new CounterMachine()));
  }
}
