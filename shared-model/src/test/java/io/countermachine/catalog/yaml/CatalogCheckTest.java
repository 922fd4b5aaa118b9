package io.countermachine.catalog.yaml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogCheckTest {
  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int check(String... arguments) {
    return CatalogCheck.run(
        new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), arguments);
  }

  @Test
  void validCatalog_isSummarized_withWarnings() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("c.yaml"),
            "events: {view: {}, like: {}}\n"
                + "groups: {g: {key: [a, b], counts: [view], intervals: [7d], retain: 1d}}\n");
    assertThat(check(file.toString())).isZero();
    assertThat(out.toString(UTF_8))
        .contains("2 events, 1 groups, 1 features, 0 sets", "group g by a x b: view")
        .contains("warning: group g is retained for 1d, shorter than its interval 7d")
        .contains("warning: no group counts or sums event like");
    assertThat(err.size()).isZero();
  }

  @Test
  void precision_isSummarized_andWarnedOf_whereItSavesNothing() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("c.yaml"),
            """
            groups:
              minutes: {key: [a], counts: [view], intervals: [1d, 1m], precision: 1%}
              hours: {key: [a], counts: [view], intervals: [1h], precision: 0.001, maxStale: 30s}
            storage: {format: packed}
            """);
    assertThat(check(file.toString())).isZero();
    assertThat(out.toString(UTF_8))
        .contains("precision 1% within 10s", "precision 0.1% within 30s")
        .contains("0 sets; items are packed")
        .contains("warning: precision of group minutes saves hardly a write")
        .doesNotContain("precision of group hours");
  }

  @Test
  void fieldThatNothingUses_isWarnedOf() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("c.yaml"),
            """
            groups: {g: {key: [userId], counts: [view]}}
            fields: {eventName: type, usrId: user.id, userId: actor.id}
            """);
    assertThat(check(file.toString())).isZero();
    assertThat(out.toString(UTF_8))
        .contains(
            "warning: fields says where usrId stands, which nothing in the catalog uses; did you"
                + " mean \"userId\"?")
        .doesNotContain("where userId", "where eventName");
  }

  @Test
  void invalidCatalog_isToldOnStandardError() throws IOException {
    Path file = Files.writeString(folder.resolve("c.yaml"), "groups: {g: {key: [a]}}\n");
    assertThat(check(file.toString())).isEqualTo(1);
    assertThat(err.toString(UTF_8)).startsWith(file + ":1: group \"g\" is empty");
    assertThat(out.size()).isZero();
  }

  @Test
  void wrongUsage_exitsWithTwo() {
    assertThat(check()).isEqualTo(2);
    assertThat(check("a", "b")).isEqualTo(2);
    assertThat(check("--help")).isEqualTo(2);
  }
}
