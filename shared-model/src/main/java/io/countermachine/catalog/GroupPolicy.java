package io.countermachine.catalog;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What of a group may change without a change of what is stored.
 *
 * @param retain how long a key without events is kept, empty for ever
 * @param precision which changes need not be written at once, empty for none
 * @param notes what was left out of intervals that are given to all measures
 */
public record GroupPolicy(
    Optional<Duration> retain, Optional<Precision> precision, List<String> notes) {
  public GroupPolicy {
    notes = List.copyOf(notes);
  }
}
