package io.countermachine.endtoend;

import java.util.ArrayList;
import java.util.List;

/**
 * The commands that README.md tells its readers to type: the lines of its code blocks without a
 * language, in order. Also its first catalog, which readers save as a file.
 */
final class ReadmeCommands {
  private static final String FENCE = "```";

  private final List<String> commands = new ArrayList<>();
  private final List<String> catalogs = new ArrayList<>();

  private ReadmeCommands() {}

  static ReadmeCommands of(List<String> lines) {
    ReadmeCommands readme = new ReadmeCommands();
    String language = null;
    List<String> block = new ArrayList<>();
    for (String line : lines) {
      if (!line.startsWith(FENCE)) {
        block.add(line);
      } else if (language == null) {
        language = line.substring(FENCE.length());
        block.clear();
      } else {
        readme.add(language, block);
        language = null;
      }
    }
    return readme;
  }

  private void add(String language, List<String> block) {
    if (language.equals("yaml")) {
      catalogs.add(String.join("\n", block) + "\n");
    } else if (language.isEmpty()) {
      addCommands(block);
    }
  }

  /** A command continues while a quote is open, or if its line ends with a backslash. */
  private void addCommands(List<String> block) {
    StringBuilder command = new StringBuilder();
    for (String line : block) {
      command.append(line);
      long quotes = command.chars().filter(c -> c == '\'').count();
      if (quotes % 2 == 1 || line.endsWith("\\")) {
        command.append('\n');
      } else if (!line.isBlank()) {
        commands.add(command.toString());
        command.setLength(0);
      }
    }
  }

  List<String> commands() {
    return commands;
  }

  String firstCatalog() {
    return catalogs.get(0);
  }
}
