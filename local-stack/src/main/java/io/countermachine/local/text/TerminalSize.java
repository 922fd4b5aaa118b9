package io.countermachine.local.text;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The size of a terminal, in characters.
 *
 * @param rows its height; 0 if there is no terminal
 * @param columns its width; 0 if there is no terminal
 */
record TerminalSize(int rows, int columns) {
  /** No terminal, such as a file or a pipe. */
  static final TerminalSize NONE = new TerminalSize(0, 0);

  private static final TerminalSize DEFAULT = new TerminalSize(24, 80);

  /** The current size of this process's terminal; the usual 24 x 80 if the system does not tell. */
  static TerminalSize current() {
    try {
      Process stty = new ProcessBuilder("stty", "size").redirectInput(new File("/dev/tty")).start();
      String answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return parse(answer.strip());
    } catch (IOException e) {
      return DEFAULT; // no stty, or no terminal that this process controls
    }
  }

  /** Reads "rows columns". Some terminals do not know their size, and say "0 0". */
  static TerminalSize parse(String text) {
    if (!text.matches("[1-9]\\d{0,5} [1-9]\\d{0,5}")) {
      return DEFAULT;
    }
    int space = text.indexOf(' ');
    return new TerminalSize(
        Integer.parseInt(text.substring(0, space)), Integer.parseInt(text.substring(space + 1)));
  }

  boolean isTerminal() {
    return rows > 0;
  }

  /** The number of rows that a line takes. */
  int rowsOf(String line) {
    return Math.max(1, -Math.floorDiv(-line.codePointCount(0, line.length()), columns));
  }

  /** The line, truncated to the width. */
  String cut(String line) {
    return !isTerminal() || line.codePointCount(0, line.length()) <= columns
        ? line
        : line.substring(0, line.offsetByCodePoints(0, columns - 1)) + "…";
  }
}
