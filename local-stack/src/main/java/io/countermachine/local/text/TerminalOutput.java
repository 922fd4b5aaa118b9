package io.countermachine.local.text;

import java.io.PrintStream;
import java.util.List;

/**
 * The demo's output. On a terminal a picture that changes is drawn again in its place, so that what
 * stands above stays in view; elsewhere each one is lines of their own.
 */
public final class TerminalOutput {
  /** Set by the {@code counter-machine} script: the height of the terminal, where there is one. */
  static final String ROWS = "counter-machine.terminal-rows";

  /** Set likewise: its width. */
  static final String COLUMNS = "counter-machine.terminal-columns";

  private final PrintStream out;
  private final int rows;
  private final int columns;
  private int drawn;

  /**
   * @param rows the terminal's height; 0 where there is none
   * @param columns its width; 0 where it is not known
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

  /** Adds a line. */
  public synchronized void say(String line) {
    out.println(line);
    out.flush();
    // What was drawn before is now above this line, and stays.
    drawn = 0;
  }

  /**
   * Draws lines in place of those that were drawn last, if nothing was said since. On a terminal
   * they are cut to its width: one that went on in the next row would count as two.
   */
  public synchronized void draw(List<String> lines) {
    if (drawn > 0 && drawn < rows) {
      // Up by so many lines, and clear from there to the end.
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
