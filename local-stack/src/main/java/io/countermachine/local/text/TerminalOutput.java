package io.countermachine.local.text;

import java.io.PrintStream;
import java.util.List;
import java.util.function.Supplier;

/**
 * The demo's output. On a terminal, a changing picture is redrawn in place, so that the text above
 * stays visible. Otherwise, each version of it is printed as new lines.
 */
public final class TerminalOutput {
  /** A system property that the {@code counter-machine} script sets if there is a terminal. */
  static final String TERMINAL = "counter-machine.terminal";

  private final PrintStream out;
  private final Supplier<TerminalSize> size;
  private List<String> drawn = List.of();

  /**
   * @param size the terminal's current size, which its user may change at any time
   */
  TerminalOutput(PrintStream out, Supplier<TerminalSize> size) {
    this.out = out;
    this.size = size;
  }

  /** Standard output. */
  public static TerminalOutput standard() {
    return new TerminalOutput(
        System.out, Boolean.getBoolean(TERMINAL) ? TerminalSize::current : () -> TerminalSize.NONE);
  }

  /** Prints a line. */
  public synchronized void say(String line) {
    out.println(line);
    out.flush();
    // The last drawing is now above this line, and stays.
    drawn = List.of();
  }

  /**
   * Replaces the lines that were drawn last, if nothing was printed since. On a terminal, lines are
   * truncated to its width, because a wrapped line would count as two.
   */
  public synchronized void draw(List<String> lines) {
    TerminalSize now = size.get();
    if (now.isTerminal() && !drawn.isEmpty()) {
      // If the terminal is narrower now, it has wrapped the lines that were drawn last.
      int above = drawn.stream().mapToInt(now::rowsOf).sum();
      if (above < now.rows()) {
        // Move the cursor up by this many rows, and clear from there to the end.
        out.printf("\u001b[%dA\u001b[J", above);
      }
    }
    drawn = lines.stream().map(now::cut).toList();
    drawn.forEach(out::println);
    out.flush();
  }
}
