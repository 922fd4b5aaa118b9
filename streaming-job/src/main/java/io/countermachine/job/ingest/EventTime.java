package io.countermachine.job.ingest;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Verb;
import io.countermachine.job.config.CatalogText;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.TimestampAssigner;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;

/**
 * Event time of the topics' partitions, for catalogs with a verb that has to know that nothing
 * came, or a series that goes out when a pane is over. All others have none: counting does not ask
 * for it.
 */
public final class EventTime {
  /** How far events of one partition are out of order, as a rule. Later ones correct. */
  private static final Duration OUT_OF_ORDER = Duration.ofSeconds(10);

  /** A partition without a record for so long does not hold the others back. */
  private static final Duration IDLE = Duration.ofSeconds(30);

  /** A record without an instant tells nothing; the lowest instant moves no watermark. */
  private static final long NONE = Long.MIN_VALUE;

  private EventTime() {}

  /** The watermarks of a catalog's topics. */
  public static WatermarkStrategy<SourceRecord> watermarks(CatalogText catalogText) {
    return isNeeded(catalogText.catalog())
        ? WatermarkStrategy.<SourceRecord>forBoundedOutOfOrderness(OUT_OF_ORDER)
            .withTimestampAssigner(context -> new Instants(catalogText.catalog()))
            .withIdleness(IDLE)
        : WatermarkStrategy.noWatermarks();
  }

  /** Whether a verb or a series of the catalog waits for event time. */
  static boolean isNeeded(Catalog catalog) {
    return !catalog.series().isEmpty() || hasWaitingVerb(catalog);
  }

  private static boolean hasWaitingVerb(Catalog catalog) {
    return catalog.events().values().stream()
        .flatMap(type -> type.verb().stream())
        .anyMatch(Verb::needsWatermarks);
  }

  /** How far event time is behind the clock where no partition says anything. */
  public static long whenIdle(long clockMillis) {
    return clockMillis - OUT_OF_ORDER.toMillis();
  }

  /** The clock at which event time is there; the other way round of {@link #whenIdle}. */
  public static long clockOf(long eventTimeMillis) {
    return eventTimeMillis + OUT_OF_ORDER.toMillis();
  }

  /** Reads the instants of events that are counted; one of the far future moves nothing. */
  private static final class Instants implements TimestampAssigner<SourceRecord> {
    private final EventDecoder decoder;

    Instants(Catalog catalog) {
      decoder = new EventDecoder(catalog);
    }

    @Override
    public long extractTimestamp(SourceRecord record, long recordTimestamp) {
      long clock = System.currentTimeMillis();
      long instant = decoder.instant(record.value(), clock);
      return instant < 0 ? NONE : Math.min(instant, clock);
    }
  }
}
