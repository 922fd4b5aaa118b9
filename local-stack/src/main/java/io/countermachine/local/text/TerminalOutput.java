package io.countermachine.local.text;

import java.io.PrintStream;
import java.util.List;

/**
 * The demo's output. On a terminal, a changing picture is redrawn in place, so that the text above
 * stays visible. Otherwise, each version of it is printed as new lines.
 */
public final class TerminalOutput {
  /**
   * A system property that the {@code counter-machine} script sets to the terminal's height, if
   * there is a terminal.
   */
  static final String ROWS = "counter-machine.terminal-rows";

  /** The same for the terminal's width. */
  static final String COLUMNS = "counter-machine.terminal-columns";

  private final PrintStream out;
  private final int rows;
  private final int columns;
  private int drawn;

  /**
   * @param rows the terminal's height; 0 if there is no terminal
   * @param columns its width; 0 if unknown
   */
  public TerminalOutput(PrintStream out, int rows, int columns) {
    this.out = out;
    this.rows = rows;
    this.columns = columns;
  }

  /** Standard output. */
  public static TerminalOutput standard() {
    return new TerminalOutput(
        System.out, Integer.getInteger(ROWS, 0), Integer.getInteger(COLUMNS, 0));
  }

  /** Prints a line. */
  public synchronized void say(String line) {
    out.println(line);
    out.flush();
    // The last drawing is now above this line, and stays.
    drawn = 0;
  }

  /**
   * Replaces the lines that were drawn last, if nothing was printed since. On a terminal, lines are
   * truncated to its width, because a wrapped line would count as two.
   */
  public synchronized void draw(List<String> lines) {
    if (drawn > 0 && drawn < rows) {
      // Move the cursor up by this many lines, and clear from there to the end.
      out.printf("\u001b[%dA\u001b[J", drawn);
    }
    lines.forEach(line -> out.println(cut(line)));
    out.flush();
    drawn = rows > 0 ? lines.size() : 0;
  }

  private String cut(String line) {
    return rows == 0 || columns == 0 || line.codePointCount(0, line.length()) <= columns
        ? line
        : line.substring(0, line.offsetByCodePoints(0, columns - 1)) + "…";
  }
}
