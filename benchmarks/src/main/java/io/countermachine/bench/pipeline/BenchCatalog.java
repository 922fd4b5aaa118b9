package io.countermachine.bench.pipeline;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.Feed;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.yaml.CatalogLoader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A catalog of the benchmarks.
 *
 * @param label its name, also in file names
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

  /** The number of intervals of the tutorial's group. */
  public static final int TUTORIAL_INTERVALS = 6;

  /** The source tutorial's catalog: all events, by user. */
  public static final BenchCatalog TUTORIAL =
      new BenchCatalog(
          "tutorial",
          TEXT.formatted(
              String.join(", ", INTERVALS.subList(0, TUTORIAL_INTERVALS)),
              GROUP.formatted("user", "userId")));

  /** Six groups of counts and sums, three of them by pairs; {@code six-groups.yaml}. */
  public static final BenchCatalog SIX_GROUPS =
      new BenchCatalog("six-groups", resource("six-groups.yaml"));

  /** 1,008 features of five keys; {@code thousand.yaml}. */
  public static final BenchCatalog THOUSAND =
      new BenchCatalog("thousand", resource("thousand.yaml"));

  /** The six groups, and unique users of each post. */
  public static final BenchCatalog SIX_GROUPS_UNIQUES =
      new BenchCatalog("six-groups-uniques", withUniques(SIX_GROUPS.text()));

  /** The six groups, and events of verbs: skips of each post, and visits of each user. */
  public static final BenchCatalog SIX_GROUPS_VERBS =
      new BenchCatalog("six-groups-verbs", withVerbs(SIX_GROUPS.text()));

  /** Almost only the state of skips per user and post, to measure its size. */
  public static final BenchCatalog SKIPS =
      new BenchCatalog(
          "skips",
          """
          lateness: 10m
          events: {view: {}, like: {}, click: {}, comment: {}, timespent: {value: durationMs}, %s}
          intervals: [lifetime]
          groups: {site: {key: [], counts: [view, skip]}}
          """
              .formatted(skip()));

  private static String skip() {
    return "skip: {of: view, without: like, by: [userId, postId], within: 5m}";
  }

  private static String withVerbs(String text) {
    String timespent = "  timespent: {value: durationMs}";
    String events =
        """
          %s
          visit: {session: [view, like, click], by: [userId], gap: 2m}
        """
            .formatted(skip());
    return "lateness: 10m\n"
        + text.replace(timespent, events + timespent)
            .replace(
                "user: {key: [userId], counts: [view,",
                "user: {key: [userId], counts: [visit, view,")
            .replace(
                "    counts: [view, like, click, comment]\n",
                "    counts: [skip, view, like, click, comment]\n");
  }

  private static String withUniques(String text) {
    String post = "    key: [postId]\n";
    return text.replace(post, post + "    uniques: {viewers: {of: view, by: userId, error: 7%}}\n");
  }

  /**
   * Groups with the tutorial's measures, alternately by user and by post, so that all have the same
   * number of keys and the same skew.
   *
   * @param groups the number of groups, from 1
   * @param intervals the number of intervals of each, 1 to 12
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

  /**
   * Returns true if a contender supports everything in the catalog. Only the streaming job supports
   * events that are made from others.
   */
  boolean isFor(Contender contender) {
    if (!catalog().events().values().stream().allMatch(EventType::mayArrive)) {
      return contender.isOurs();
    }
    boolean isPlain =
        catalog().groups().stream()
            .flatMap(group -> group.schema().measures().stream())
            .allMatch(measure -> measure.kind().isAmount());
    return isPlain || contender.countsAnyKind();
  }

  /** What gives a group's counts and sums. */
  static List<Feed> amounts(Group group) {
    return group.feeds().stream()
        .filter(feed -> group.schema().measures().get(feed.measure()).kind().isAmount())
        .toList();
  }

  public Catalog catalog() {
    return CatalogLoader.parse(label, text);
  }
}
