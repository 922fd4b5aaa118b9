package io.countermachine.catalog;

import java.time.Duration;
import java.util.Optional;

/**
 * What the catalog says of a topic to which sessions, or panes of a series, go: all that is closed,
 * and again what late data corrects.
 *
 * @param topic its name
 * @param every how often what is still open goes out, too, by event time, while it changes; empty
 *     for never
 * @param events after so many more events what is still open goes out, too; 0 for never
 */
public record Emission(String topic, Optional<Duration> every, int events) {
  /** What is closed, and nothing before. */
  public Emission(String topic) {
    this(topic, Optional.empty(), 0);
  }

  /** Whether anything goes out before it is closed. */
  public boolean isEarly() {
    return every.isPresent() || events > 0;
  }

  /** The topic, and when anything goes to it, for messages. */
  @Override
  public String toString() {
    if (events > 0) {
      return "%s after each %d events".formatted(topic, events);
    }
    return every.map(time -> topic + " every " + Durations.format(time)).orElse(topic);
  }
}
