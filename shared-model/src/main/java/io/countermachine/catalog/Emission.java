package io.countermachine.catalog;

import java.time.Duration;
import java.util.Optional;

/**
 * When sessions, or panes of a series, go to a topic. Closed ones always do, and again when late
 * data corrects them.
 *
 * @param topic the topic's name
 * @param every the interval of event time at which open ones are also emitted while they change;
 *     empty for never
 * @param events the number of further events after which open ones are also emitted; 0 for never
 */
public record Emission(String topic, Optional<Duration> every, int events) {
  /** Emits closed ones only. */
  public Emission(String topic) {
    this(topic, Optional.empty(), 0);
  }

  /** Returns true if anything is emitted before it is closed. */
  public boolean isEarly() {
    return every.isPresent() || events > 0;
  }

  /** The topic and when records are emitted to it, for messages. */
  @Override
  public String toString() {
    if (events > 0) {
      return "%s after each %d events".formatted(topic, events);
    }
    return every.map(time -> topic + " every " + Durations.format(time)).orElse(topic);
  }
}
