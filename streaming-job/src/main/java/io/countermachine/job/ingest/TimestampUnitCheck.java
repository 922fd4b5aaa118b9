package io.countermachine.job.ingest;

import io.countermachine.catalog.Timestamps;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns if the first thousand events of a topic look as if their timestamps were in the other unit
 * than the catalog's. Such events become dead letters (milliseconds read as seconds are far in the
 * future), or worse: seconds read as milliseconds are in January 1970 and count as nothing.
 */
final class TimestampUnitCheck {
  private static final Logger LOG = LoggerFactory.getLogger(TimestampUnitCheck.class);
  private static final int FIRST_EVENTS = 1_000;

  /** With fewer suspicious events there is no warning. */
  private static final int FEWEST = 10;

  private static final class Tally {
    private int events;
    private int ofOtherUnit;
  }

  private final Timestamps.Unit unit;
  private final Map<String, Tally> tallies = new HashMap<>();
  private String topic;
  private Tally tally;

  TimestampUnitCheck(Timestamps.Unit unit) {
    this.unit = unit;
  }

  /**
   * Records an event.
   *
   * @return true if this event triggered a warning
   */
  boolean note(String eventTopic, boolean ofOtherUnit) {
    if (!eventTopic.equals(topic)) {
      topic = eventTopic;
      tally = tallies.computeIfAbsent(eventTopic, first -> new Tally());
    }
    if (tally.events == FIRST_EVENTS) {
      return false;
    }
    tally.events++;
    tally.ofOtherUnit += ofOtherUnit ? 1 : 0;
    if (tally.ofOtherUnit < FEWEST || 2 * tally.ofOtherUnit <= tally.events) {
      return false;
    }
    LOG.warn(
        "topic {}: {}",
        topic,
        unit.warning("%d of the first %d events".formatted(tally.ofOtherUnit, tally.events)));
    tally.events = FIRST_EVENTS;
    return true;
  }
}
