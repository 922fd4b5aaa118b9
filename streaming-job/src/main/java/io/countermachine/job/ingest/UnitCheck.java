package io.countermachine.job.ingest;

import io.countermachine.catalog.Timestamps;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns where the first thousand events of a topic look as if their timestamps were in the other
 * unit than the catalog's. Such events are dead letters (milliseconds taken for seconds are far
 * ahead), or worse: seconds taken for milliseconds are in January 1970 and count as nothing.
 */
final class UnitCheck {
  private static final Logger LOG = LoggerFactory.getLogger(UnitCheck.class);
  private static final int FIRST_EVENTS = 1_000;

  /** So few may be anything. */
  private static final int FEWEST = 10;

  private static final class Tally {
    private int events;
    private int ofOtherUnit;
  }

  private final Timestamps.Unit unit;
  private final Map<String, Tally> tallies = new HashMap<>();
  private String topic;
  private Tally tally;

  UnitCheck(Timestamps.Unit unit) {
    this.unit = unit;
  }

  /**
   * Notes an event.
   *
   * @return whether it is the one that led to a warning
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
        "{} of the first {} events of topic {} have an eventTs that looks like {}, but the catalog"
            + " says timestamps: {unit: {}}; events of the wrong unit are dead letters, or count as"
            + " of 1970",
        tally.ofOtherUnit,
        tally.events,
        topic,
        (unit == Timestamps.Unit.SECONDS ? Timestamps.Unit.MILLISECONDS : Timestamps.Unit.SECONDS)
            .label(),
        unit.label());
    tally.events = FIRST_EVENTS;
    return true;
  }
}
