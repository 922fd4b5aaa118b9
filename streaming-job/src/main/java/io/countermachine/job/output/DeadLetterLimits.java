package io.countermachine.job.output;

import java.io.Serializable;

/**
 * The limits of the dead-letter topic.
 *
 * @param maxRecordBytes the maximum size of a record including Kafka's overhead, as in {@code
 *     max.message.bytes}
 * @param keepsTimestamps true if the topic keeps a record's own timestamp
 * @param maxBehindMillis how far behind the broker's clock a record's timestamp may be without
 *     being refused or removed at once, in milliseconds
 * @param maxAheadMillis how far ahead of the broker's clock it may be, in milliseconds
 */
public record DeadLetterLimits(
    int maxRecordBytes, boolean keepsTimestamps, long maxBehindMillis, long maxAheadMillis)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** A smaller record could not hold the headers that we add. */
  public static final int SMALLEST_RECORD_BYTES = 4_096;

  /** Kafka's own defaults. */
  public static final DeadLetterLimits DEFAULT =
      new DeadLetterLimits(1_048_588, true, Long.MAX_VALUE, Long.MAX_VALUE);

  /** The same limits, for records of at most that many bytes. */
  DeadLetterLimits atMost(long bytes) {
    return new DeadLetterLimits(
        (int) Math.min(maxRecordBytes, bytes), keepsTimestamps, maxBehindMillis, maxAheadMillis);
  }
}
