package io.countermachine.local.process;

/** The topics of the local machine, and the consumer group that reads them. */
public final class Topics {
  public static final String EVENTS = "events";
  public static final String DEAD_LETTERS = "events.dead-letter";

  /** The job's consumer group. */
  public static final String CONSUMER_GROUP = "counter-machine";

  /** The number of partitions of the topic of events. */
  public static final int PARTITIONS = 4;

  /** The largest event, in bytes. */
  public static final int MAX_RECORD_BYTES = 16 << 20;

  /** The largest dead letter, in bytes: a record with its headers. */
  public static final int MAX_DEAD_LETTER_BYTES = MAX_RECORD_BYTES + (1 << 20);

  private Topics() {}
}
