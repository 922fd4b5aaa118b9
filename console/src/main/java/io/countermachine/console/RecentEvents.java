package io.countermachine.console;

import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import tools.jackson.databind.JsonNode;

/**
 * The topic's newest events; read anew at most once a second, however many pages ask, and also
 * where they cannot be read: who waits for a reading gets its outcome.
 */
final class RecentEvents {
  private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

  /** Reads the topic. */
  interface Source {
    List<byte[]> newest() throws BrokerFailure;
  }

  private final Source source;
  private final LongSupplier nanoTime;
  private List<JsonNode> events;
  private BrokerFailure failure;
  private long readNanos;

  /**
   * @param nanoTime a clock that only goes forward, in nanoseconds
   */
  RecentEvents(Source source, LongSupplier nanoTime) {
    this.source = source;
    this.nanoTime = nanoTime;
  }

  synchronized List<JsonNode> look() throws BrokerFailure {
    boolean known = events != null || failure != null;
    if (!known || nanoTime.getAsLong() - readNanos >= FRESH_NANOS) {
      read();
    }
    if (failure != null) {
      throw failure;
    }
    return events;
  }

  private void read() {
    try {
      events = EventText.objects(source.newest());
      failure = null;
    } catch (BrokerFailure e) {
      events = null;
      failure = e;
    }
    readNanos = nanoTime.getAsLong();
  }
}
