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
        .contains("2 events, 1 group, 1 feature, 0 sets; 2 warnings:", "group g by a x b: view")
        .contains("WARNING: group g is retained for 1d, shorter than its interval 7d")
        .contains("WARNING: no group counts or sums event like");
    // They come first, because the rest may take several screens.
    assertThat(out.toString(UTF_8).lines().skip(1).limit(2))
        .allMatch(line -> line.startsWith("  WARNING: "));
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
        .contains("WARNING: precision of group minutes saves hardly any writes")
        .doesNotContain("precision of group hours");
  }

  /**
   * State: 16 bytes for the key's instants, 2 x 8 for the count at two decays, 3 numbers x 8 for
   * one mean and 2 for its number of events. An event of spent changes 3 numbers of the mean.
   */
  @Test
  void bytesOfAKey_andWhatAnEventChanges_areTold() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("c.yaml"),
            """
            events: {view: {}, spent: {value: ms}, long: {of: spent, where: ms > 8}}
            groups:
              g:
                key: []
                counts: {views: {of: view, intervals: [1h, 1d, last_1h]}}
                stats: {d: {of: long, give: [mean], intervals: [1d]}}
                features: {f: rate(views.1h)}
            sets: {s: {features: [g.f], version: 2}}
            """);
    assertThat(check(file.toString())).isZero();
    assertThat(out.toString(UTF_8))
        .contains("3 events, 1 group, 5 features, 1 set")
        .contains("group g by nothing, under the one key *: views (of view), d_mean (of long)")
        .contains("ratios none; formulas f; intervals 1h, 1d, last_1h; retained 7d")
        .contains("an event view: changes 2 numbers and 1 pane; its write takes about 1 write unit")
        .contains("an event long: changes 3 numbers and 0 panes")
        .contains("set s: 1 feature; version 2")
        .doesNotContain("WARNING", "warning");
  }

  @Test
  void whatWasLeftOut_isNoted() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("c.yaml"),
            """
            events: {spent: {value: ms}}
            groups: {g: {key: [a], stats: {d: {of: spent, give: [p50]}}, intervals: [1h, last_1h]}}
            """);
    assertThat(check(file.toString())).isZero();
    assertThat(out.toString(UTF_8)).contains("  note: group g: \"d_p50\" without last_1h: ");
  }

  @Test
  void precision_isWarnedOf_whereNothingMayWait() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("c.yaml"),
            """
            groups: {g: {key: [a], counts: [view], precision: 1%, intervals: [1h, last_1h]}}
            """);
    assertThat(check(file.toString())).isZero();
    assertThat(out.toString(UTF_8))
        .contains("precision of group g saves no write for events that change view");
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
            "WARNING: fields has a place for usrId, which nothing in the catalog uses; did you"
                + " mean \"userId\"?")
        .doesNotContain("place for userId", "place for eventName");
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
