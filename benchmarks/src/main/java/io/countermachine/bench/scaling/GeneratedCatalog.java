package io.countermachine.bench.scaling;

import io.countermachine.bench.pipeline.BenchCatalog;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Groups of the tutorial's measures, by user and by post in turn, so that each has as many keys and
 * as much skew as the others.
 *
 * @param groups how many
 * @param intervals how many each has, at most {@link #MOST_INTERVALS}
 */
record GeneratedCatalog(int groups, int intervals) implements BenchCatalog {
  /** As many as the tutorial's group has. */
  static final int USUAL_INTERVALS = 6;

  private static final List<String> LENGTHS =
      List.of("1m", "1h", "1d", "7d", "30d", "lifetime", "5m", "15m", "3h", "6h", "12h", "3d");

  static final int MOST_INTERVALS = LENGTHS.size();

  private static final List<String> KEYS = List.of("userId", "postId");

  GeneratedCatalog {
    if (groups < 1 || intervals < 1 || intervals > MOST_INTERVALS) {
      throw new IllegalArgumentException(
          "%d groups, %d intervals: expected 1 or more, and 1 to %d"
              .formatted(groups, intervals, MOST_INTERVALS));
    }
  }

  @Override
  public String label() {
    return groups + "-groups-" + intervals + "-intervals";
  }

  @Override
  public String text() {
    return """
        events: {view: {}, like: {}, click: {}, comment: {}, timespent: {value: durationMs}}
        intervals: [%s]
        groups:
        %s
        """
        .formatted(
            String.join(", ", LENGTHS.subList(0, intervals)),
            IntStream.range(0, groups)
                .mapToObj(GeneratedCatalog::group)
                .collect(Collectors.joining("\n")));
  }

  private static String group(int number) {
    return "  g%02d: {key: [%s], counts: [view, like, click, comment], sums: [timespent]}"
        .formatted(number + 1, KEYS.get(number % KEYS.size()));
  }
}
