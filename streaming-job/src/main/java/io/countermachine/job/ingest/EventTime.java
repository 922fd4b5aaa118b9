package io.countermachine.job.ingest;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Verb;
import io.countermachine.job.config.CatalogText;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.TimestampAssigner;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;

/**
 * Event time of the topics' partitions. Only catalogs with a verb that must know that nothing came,
 * or with a series that is emitted when a pane is over, have it. Counting does not need it.
 */
public final class EventTime {
  /** How far events of one partition are usually out of order. Later ones cause corrections. */
  private static final Duration OUT_OF_ORDER = Duration.ofSeconds(10);

  /** A partition without a record for this time does not hold the others back. */
  private static final Duration IDLE = Duration.ofSeconds(30);

  /** The timestamp of a record without an instant. The lowest one does not affect watermarks. */
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

  /** Returns true if a verb or a series of the catalog waits for event time. */
  static boolean isNeeded(Catalog catalog) {
    return !catalog.series().isEmpty() || hasWaitingVerb(catalog);
  }

  private static boolean hasWaitingVerb(Catalog catalog) {
    return catalog.events().values().stream()
        .flatMap(type -> type.verb().stream())
        .anyMatch(Verb::needsWatermarks);
  }

  /** Event time at a given clock while no partition has records, epoch milliseconds. */
  public static long whenIdle(long clockMillis) {
    return clockMillis - OUT_OF_ORDER.toMillis();
  }

  /** The clock at which event time reaches an instant; the inverse of {@link #whenIdle}. */
  public static long clockOf(long eventTimeMillis) {
    return eventTimeMillis + OUT_OF_ORDER.toMillis();
  }

  /**
   * Reads the instants of countable events. An instant in the far future does not affect
   * watermarks.
   */
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
