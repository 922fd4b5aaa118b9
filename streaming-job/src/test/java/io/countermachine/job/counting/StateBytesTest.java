package io.countermachine.job.counting;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.countermachine.catalog.yaml.CatalogCheck;
import io.countermachine.job.config.CatalogText;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The sizes of a key's state that {@code check} prints, compared with a checkpoint of many keys.
 */
class StateBytesTest {
  private static final long T0 = 1_707_605_600;
  private static final int DAY_SECONDS = 86_400;
  private static final int KEYS = 2_000;

  private static final Pattern STATE =
      Pattern.compile("a key: state of about (\\d+) bytes, at most (\\d+);");

  private static final String CATALOG =
      """
      timestamps: {unit: seconds}
      events: {view: {}, like: {}, timespent: {value: ms}}
      groups:
        post: {key: [postId], intervals: [1h, 1d, lifetime], %s}
      """;

  @TempDir private Path folder;

  /**
   * @param typical bytes of a key with some events
   * @param most the maximum bytes of a key
   */
  private record Printed(int typical, int most) {}

  private Printed check(String catalog) throws Exception {
    Path file = Files.writeString(folder.resolve("catalog.yaml"), catalog);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream printed = new PrintStream(out, true, UTF_8);
    assertThat(CatalogCheck.run(printed, printed, file.toString()))
        .as(out.toString(UTF_8))
        .isZero();
    Matcher matcher = STATE.matcher(out.toString(UTF_8));
    assertThat(matcher.find()).as(out.toString(UTF_8)).isTrue();
    return new Printed(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  /** Bytes of a key in a checkpoint, without the key itself, after that many views of each key. */
  private static double checkpointed(String catalog, int views) throws Exception {
    return (size(catalog, views, KEYS) - size(catalog, views, 0)) / (double) KEYS - KEY_BYTES;
  }

  /** Before each entry: the number of the key group, then the key of 9 characters. */
  private static final int KEY_BYTES = 10;

  private static long size(String catalog, int views, int keys) throws Exception {
    Random random = new Random(7);
    try (JobHarness job =
        new JobHarness(new CatalogText("catalog.yaml", catalog), new HashMapStateBackend(), null)) {
      for (int key = 0; key < keys; key++) {
        String post = "\"postId\":\"%09d\"".formatted(key);
        for (int i = 0; i < views; i++) {
          String viewer = ",\"userId\":\"user%06d\"".formatted(random.nextInt(1_000_000));
          job.send("view", T0 + random.nextInt(DAY_SECONDS), post + viewer);
        }
        job.send("timespent", T0 + DAY_SECONDS, post + ",\"ms\":" + random.nextInt(60_000));
      }
      return job.snapshot().getManagedKeyedState().getStateSize();
    }
  }

  private void isConfirmed(String measures, int views) throws Exception {
    String catalog = CATALOG.formatted(measures);
    Printed printed = check(catalog);
    assertThat(checkpointed(catalog, views))
        .isCloseTo(printed.typical(), withinPercentage(20))
        .isLessThan(printed.most());
  }

  @Test
  void uniques_ofTwentyUsers() throws Exception {
    isConfirmed("uniques: {viewers: {of: view, by: userId}}", 20);
  }

  @Test
  void lists_ofTenEntries() throws Exception {
    isConfirmed("lists: {recent: {of: view, fields: [userId, eventName], keep: 50}}", 10);
  }

  @Test
  void listThatIsFull() throws Exception {
    isConfirmed("lists: {recent: {of: view, fields: [userId], keep: 3, distinct: userId}}", 20);
  }

  @Test
  void endsAndExtremes_besideCounts() throws Exception {
    isConfirmed(
        "counts: [view], sums: [timespent], stats: {stay: {of: timespent, give: [min, max]}},"
            + " firsts: {first: {of: view, field: userId}},"
            + " lasts: {last: {of: view, field: eventTs}}",
        5);
  }

  /** A sketch stops growing: here it has 1 in 20 of the users of a large site. */
  @Test
  void sketchOfManyUsers_isBelowTheMost_andNotFar() throws Exception {
    String catalog = CATALOG.formatted("uniques: {viewers: {of: view, by: userId, error: 20%}}");
    Printed printed = check(catalog);
    try (JobHarness job =
        new JobHarness(new CatalogText("catalog.yaml", catalog), new HashMapStateBackend(), null)) {
      long empty = job.snapshot().getManagedKeyedState().getStateSize();
      for (int i = 0; i < 200_000; i++) {
        job.send("view", T0 + i / 10, "\"postId\":\"p\",\"userId\":" + i);
      }
      long size = job.snapshot().getManagedKeyedState().getStateSize() - empty;
      assertThat(size).isBetween(printed.most() / 3L, (long) printed.most());
    }
  }
}
