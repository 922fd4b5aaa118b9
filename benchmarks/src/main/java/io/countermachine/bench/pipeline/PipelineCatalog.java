package io.countermachine.bench.pipeline;

import io.countermachine.catalog.yaml.CatalogLoader;
import java.util.Locale;
import java.util.regex.Pattern;

/** The catalogs of {@code bench pipeline}. */
public enum PipelineCatalog implements BenchCatalog {
  /** The source tutorial's: all events, by user. */
  TUTORIAL {
    @Override
    public String text() {
      return """
          events: {view: {}, like: {}, click: {}, comment: {}, timespent: {value: durationMs}}
          intervals: [1m, 1h, 1d, 7d, 30d, lifetime]
          groups:
            user: {key: [userId], counts: [view, like, click, comment], sums: [timespent]}
          """;
    }
  },
  /**
   * The one that comes with the software, six groups; without its de-duplication, which no other
   * contender has.
   */
  BUNDLED {
    @Override
    public String text() {
      return DEDUPLICATION.matcher(CatalogLoader.bundledText()).replaceAll("");
    }
  };

  /** The windows of the tutorial's job. */
  static final long WINDOW_MILLIS = 5_000;

  private static final Pattern DEDUPLICATION = Pattern.compile("(?m)^deduplicate:.*$");

  @Override
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
