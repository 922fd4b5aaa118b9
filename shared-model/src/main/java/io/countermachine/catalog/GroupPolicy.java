package io.countermachine.catalog;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The settings of a group that may change without a change of its stored data.
 *
 * @param retain how long a key without events is kept, empty for ever
 * @param precision which changes need not be written at once, empty for none
 * @param notes the intervals given to all measures that a measure leaves out, each in a sentence
 */
public record GroupPolicy(
    Optional<Duration> retain, Optional<Precision> precision, List<String> notes) {
  public GroupPolicy {
    notes = List.copyOf(notes);
  }
}
