package io.countermachine.training.study;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.local.cli.LocalCommand;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyCommandTest {
  @TempDir private Path folder;

  private String run(int code, String... arguments) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(said, true, UTF_8);
    assertThat(LocalCommand.execute(new StudyCommand(), print, print, arguments))
        .as(said.toString(UTF_8))
        .isEqualTo(code);
    return said.toString(UTF_8);
  }

  private static String line(String text, String feature) {
    return text.lines()
        .filter(line -> line.startsWith(feature + " "))
        .findFirst()
        .orElseThrow()
        .replaceAll(" +", " ");
  }

  @Test
  void smallTable_hasTheValuesOfPaper() throws IOException {
    // Values 1, 2, 2, null with the labels 0, 1, 0, 0. Of the pairs (one, zero), 2 beats 1 and
    // null, and equals 2: AUC (1 + 1 + 0.5) / 3.
    Path file =
        Files.writeString(
            folder.resolve("rows.csv"),
            """
            asOf,a.b.1h,a.b.1h.status,like
            1,1.0,OK,0
            2,2.0,OK,1
            3,2.0,OK,0
            4,,NOT_FOUND,0
            """);
    String said = run(0, file.toString(), "--label", "like");
    assertThat(said).contains("4 rows; like is 1 in 25.00 % of them");
    // Bins {1}, {2, 2}, {null}: H(like) - 1/2 H(1/2) = 0.81128 - 0.5.
    assertThat(line(said, "a.b.1h")).startsWith("a.b.1h 75.0% 75.0% 0.833 0.31128 ");
  }

  @Test
  void study_findsWhatTells_whatRepeats_whatLeaks_andWhatIsNoise() throws IOException {
    Random random = new Random(5);
    StringBuilder rows = new StringBuilder("asOf");
    List<String> names =
        List.of("post.view.1h", "post.view.1d", "post.like.1h", "user.view.1h", "post.engage.1h");
    names.forEach(name -> rows.append(",%1$s,%1$s.status".formatted(name)));
    rows.append(",liked\n");
    for (int i = 0; i < 4_000; i++) {
      double tells = random.nextGaussian();
      double also = random.nextGaussian();
      int label = tells + also + random.nextGaussian() > 1 ? 1 : 0;
      rows.append(i);
      double shifted = random.nextGaussian() + (i < 2_000 ? 0 : 3);
      for (double value :
          new double[] {
            tells, 2 * tells + 1e-3 * random.nextGaussian(), also, shifted, label + 1e-9 * i
          }) {
        rows.append(',').append(value).append(",OK");
      }
      rows.append(',').append(label).append('\n');
    }
    Path file = Files.writeString(folder.resolve("rows.csv"), rows);

    String said =
        run(0, file.toString(), "--label", "liked", "--html", folder.resolve("p.html").toString());

    assertThat(line(said, "post.engage.1h")).contains("LEAKS");
    assertThat(line(said, "user.view.1h")).contains("SHIFTS").doesNotContain("LEAKS");
    assertThat(line(said, "post.like.1h")).doesNotContain("SHIFTS");
    assertThat(said)
        .containsPattern("post\\.view\\.1[hd] says nearly the same as post\\.view\\.1[hd]");
    assertThat(said)
        .containsPattern(
            "liked_features: \\[post\\.(like|view)\\.1[hd], post\\.(like|view)\\.1[hd]");
    assertThat(
            said.lines().filter(each -> each.contains("liked_features")).findFirst().orElseThrow())
        .doesNotContain("engage")
        // It says nothing about the label; 20 bins of 4,000 rows show some bits by chance.
        .doesNotContain("user.view");
    assertThat(folder.resolve("p.html"))
        .content()
        .contains("<td>post.like.1h<td>")
        .doesNotContain("<script");
  }

  @Test
  void unknownLabel_orOneThatNeverVaries_isTold() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("rows.csv"), "a.b.1h,a.b.1h.status,like\n1.0,OK,0\n2.0,OK,0\n");
    assertThat(run(1, file.toString(), "--label", "liked")).contains("has no such column; it has");
    assertThat(run(1, file.toString(), "--label", "like"))
        .contains("has to be 0 in some rows and 1");
    assertThat(run(1, folder.resolve("none.csv").toString(), "--label", "like"))
        .contains("there is no such file, or it is not readable");
  }
}
