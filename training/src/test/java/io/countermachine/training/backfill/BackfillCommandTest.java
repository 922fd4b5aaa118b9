package io.countermachine.training.backfill;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.local.cli.LocalCommand;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests what is refused before a table or a broker is asked. All other cases need both. */
class BackfillCommandTest {
  @TempDir private Path folder;

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... arguments) {
    PrintStream unused = new PrintStream(new ByteArrayOutputStream(), true, UTF_8);
    return LocalCommand.execute(
        new BackfillCommand(), unused, new PrintStream(err, true, UTF_8), arguments);
  }

  private String catalog(String yaml) throws IOException {
    return Files.writeString(folder.resolve("catalog.yaml"), yaml).toString();
  }

  private String said() {
    return err.toString(UTF_8);
  }

  @Test
  void missingOption_isWrongUsage() {
    assertThat(run("--events", "events", "--groups", "post")).isEqualTo(2);
    assertThat(said()).contains("--catalog").contains("usage: counter-machine backfill");
  }

  @Test
  void arrivalFieldOfATopic_isWrongUsage() throws IOException {
    String catalog = catalog("groups: {post: {key: [postId], counts: [view]}}");
    assertThat(
            run(
                "--events",
                "kafka:events",
                "--catalog",
                catalog,
                "--groups",
                "post",
                "--arrival-field",
                "came"))
        .isEqualTo(2);
    assertThat(said()).contains("--arrival-field: the records of a topic came at their own");
  }

  @Test
  void unknownGroup_isNamed() throws IOException {
    String catalog = catalog("groups: {post: {key: [postId], counts: [view]}}");
    assertThat(run("--events", "events", "--catalog", catalog, "--groups", "post,pots"))
        .isEqualTo(1);
    assertThat(said())
        .contains("--groups: the catalog has no group \"pots\"; did you mean \"post\"?");
  }

  @Test
  void invalidCatalog_isRefused_withEachFault() throws IOException {
    String catalog = catalog("groups: {post: {key: [postId], count: [view]}}");
    assertThat(run("--events", "events", "--catalog", catalog, "--groups", "post")).isEqualTo(1);
    assertThat(said()).contains("catalog.yaml:1: ");
  }
}
