package io.countermachine.local.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class TerminalOutputTest {
  private static final int COLUMNS = 30;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private TerminalSize size;

  private TerminalOutput screen(int rows) {
    size = rows == 0 ? TerminalSize.NONE : new TerminalSize(rows, COLUMNS);
    return new TerminalOutput(new PrintStream(out, true, UTF_8), () -> size);
  }

  private List<String> lines() {
    return out.toString(UTF_8).lines().toList();
  }

  @Test
  void picture_isDrawnInItsPlace_onATerminal() {
    TerminalOutput screen = screen(24);
    screen.say("address");
    screen.draw(List.of("one", "two"));
    screen.draw(List.of("three", "four"));

    assertThat(lines()).containsExactly("address", "one", "two", "\u001b[2A\u001b[Jthree", "four");
  }

  @Test
  void whatWasSaidSince_isNotDrawnOver() {
    TerminalOutput screen = screen(24);
    screen.draw(List.of("one", "two"));
    screen.say("the traffic has ended");
    screen.draw(List.of("three", "four"));

    assertThat(lines()).containsExactly("one", "two", "the traffic has ended", "three", "four");
  }

  @Test
  void pictures_areLines_whereThereIsNoTerminal_orItIsTooLow() {
    for (int rows : new int[] {0, 2}) {
      out.reset();
      TerminalOutput screen = screen(rows);
      screen.draw(List.of("one", "two"));
      screen.draw(List.of("three", "four"));

      assertThat(lines()).containsExactly("one", "two", "three", "four");
    }
  }

  @Test
  void longLine_isCutToTheWidthOfTheTerminal_andWholeElsewhere() {
    String fits = "é".repeat(COLUMNS);
    screen(24).draw(List.of(fits, fits + "x"));
    screen(0).draw(List.of(fits + "x"));

    assertThat(lines()).containsExactly(fits, "é".repeat(COLUMNS - 1) + "…", fits + "x");
  }

  @Test
  void linesThatANarrowerTerminalHasWrapped_areReplacedAsAWhole() {
    TerminalOutput screen = screen(24);
    screen.draw(List.of("x".repeat(COLUMNS), "two", ""));
    size = new TerminalSize(24, 10);
    screen.draw(List.of("a line of 17 chars"));

    // The first line takes three rows of ten characters, the others one each.
    assertThat(lines())
        .containsExactly("x".repeat(COLUMNS), "two", "", "\u001b[5A\u001b[Ja line of…");
  }

  @Test
  void size_isReadFromWhatSttyPrints() {
    assertThat(TerminalSize.parse("50 132")).isEqualTo(new TerminalSize(50, 132));
    for (String unknown : new String[] {"", "0 0", "24", "stty: standard input: no"}) {
      assertThat(TerminalSize.parse(unknown)).isEqualTo(new TerminalSize(24, 80));
    }
  }
}
