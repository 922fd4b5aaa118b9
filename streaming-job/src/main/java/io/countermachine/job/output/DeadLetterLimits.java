package io.countermachine.job.output;

import java.io.Serializable;

/**
 * What the dead-letter topic takes.
 *
 * @param maxRecordBytes the size of a record with all that Kafka adds to it, as {@code
 *     max.message.bytes} bounds it
 * @param keepsTimestamps whether a record's own timestamp is kept
 * @param maxBehindMillis how far behind the broker's clock a record's timestamp may be, to be taken
 *     and not be removed at once
 * @param maxAheadMillis how far ahead of it
 */
public record DeadLetterLimits(
    int maxRecordBytes, boolean keepsTimestamps, long maxBehindMillis, long maxAheadMillis)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Less does not hold what we say about a record. */
  public static final int SMALLEST_RECORD_BYTES = 4_096;

  /** Kafka's own defaults. */
  public static final DeadLetterLimits DEFAULT =
      new DeadLetterLimits(1_048_588, true, Long.MAX_VALUE, Long.MAX_VALUE);

  /** The same for records of at most so many bytes. */
  DeadLetterLimits atMost(long bytes) {
    return new DeadLetterLimits(
        (int) Math.min(maxRecordBytes, bytes), keepsTimestamps, maxBehindMillis, maxAheadMillis);
  }
}
