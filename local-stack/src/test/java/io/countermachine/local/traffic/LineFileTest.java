package io.countermachine.local.traffic;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineFileTest {
  @TempDir private Path folder;

  private List<String> linesOf(String content) throws IOException {
    Path file = Files.write(folder.resolve("lines"), content.getBytes(ISO_8859_1));
    List<String> lines = new ArrayList<>();
    long count =
        LineFile.forEachLine(file, (number, line) -> lines.add(new String(line, ISO_8859_1)));
    assertThat(count).isEqualTo(lines.size());
    return lines;
  }

  @Test
  void lines_areGivenWithoutTheirEnds_andBlankOnesAreSkipped() throws IOException {
    assertThat(linesOf("a\nb\r\n\n  \t\r\n c \nd")).containsExactly("a", "b", " c ", "d");
    assertThat(linesOf("")).isEmpty();
    assertThat(linesOf("\n\n")).isEmpty();
  }

  @Test
  void bytesThatAreNoText_areGivenAsTheyAre() throws IOException {
    assertThat(linesOf("\u00ff\u0000x\n\u00c3(\n")).containsExactly("\u00ff\u0000x", "\u00c3(");
  }

  @Test
  void lines_haveTheirNumberInTheFile_blankOnesIncluded() throws IOException {
    Path file = Files.writeString(folder.resolve("numbered"), "a\n\n\nd\n");
    List<Long> numbers = new ArrayList<>();
    LineFile.forEachLine(file, (number, line) -> numbers.add(number));
    assertThat(numbers).containsExactly(1L, 4L);
  }
}
