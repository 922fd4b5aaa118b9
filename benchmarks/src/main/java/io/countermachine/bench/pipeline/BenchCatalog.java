package io.countermachine.bench.pipeline;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.yaml.CatalogLoader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What is counted.
 *
 * @param label what it is called, also in names of files
 * @param text the catalog as YAML
 */
public record BenchCatalog(String label, String text) {
  private static final String TEXT =
      """
      events: {view: {}, like: {}, click: {}, comment: {}, timespent: {value: durationMs}}
      intervals: [%s]
      groups:
      %s
      """;
  private static final String GROUP =
      "  %s: {key: [%s], counts: [view, like, click, comment], sums: [timespent]}";
  private static final List<String> INTERVALS =
      List.of("1m", "1h", "1d", "7d", "30d", "lifetime", "5m", "15m", "3h", "6h", "12h", "3d");

  /** How many intervals the tutorial's group has. */
  public static final int TUTORIAL_INTERVALS = 6;

  /** The source tutorial's: all events, by user. */
  public static final BenchCatalog TUTORIAL =
      new BenchCatalog(
          "tutorial",
          TEXT.formatted(
              String.join(", ", INTERVALS.subList(0, TUTORIAL_INTERVALS)),
              GROUP.formatted("user", "userId")));

  /** Six groups of counts and sums, three of them of pairs; {@code six-groups.yaml}. */
  public static final BenchCatalog SIX_GROUPS =
      new BenchCatalog("six-groups", resource("six-groups.yaml"));

  /** The six groups, and of each post beside its counts how many users saw it. */
  public static final BenchCatalog SIX_GROUPS_UNIQUES =
      new BenchCatalog("six-groups-uniques", withUniques(SIX_GROUPS.text()));

  private static String withUniques(String text) {
    String post = "    key: [postId]\n";
    return text.replace(post, post + "    uniques: {viewers: {of: view, by: userId, error: 7%}}\n");
  }

  /**
   * Groups of the tutorial's measures, by user and by post in turn, so that each has as many keys
   * and as much skew as the others.
   *
   * @param groups how many, from 1 on
   * @param intervals how many each has, 1 to 12
   */
  public static BenchCatalog generated(int groups, int intervals) {
    if (groups < 1 || intervals < 1 || intervals > INTERVALS.size()) {
      throw new IllegalArgumentException(
          "%d groups, %d intervals: expected 1 or more, and 1 to %d"
              .formatted(groups, intervals, INTERVALS.size()));
    }
    return new BenchCatalog(
        groups + "-groups-" + intervals + "-intervals",
        TEXT.formatted(
            String.join(", ", INTERVALS.subList(0, intervals)),
            IntStream.range(0, groups)
                .mapToObj(
                    number ->
                        GROUP.formatted(
                            "g%02d".formatted(number + 1), number % 2 == 0 ? "userId" : "postId"))
                .collect(Collectors.joining("\n"))));
  }

  private static String resource(String name) {
    try (InputStream in = BenchCatalog.class.getResourceAsStream("/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether counts and sums are all there is, which the other contenders have alone. */
  boolean isPlain() {
    return catalog().groups().stream()
        .flatMap(group -> group.schema().measures().stream())
        .allMatch(measure -> measure.kind().isAmount());
  }

  public Catalog catalog() {
    return CatalogLoader.parse(label, text);
  }
}
