package io.countermachine.catalog;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How an event is derived from earlier or later events with the same values in some fields.
 *
 * @param kind the verb
 * @param by the fields whose values its events share, at least one
 * @param others the events besides those that it is derived from: the one to undo, the one that
 *     must be absent or follow, the ones that make a session; none for {@link Kind#ONCE}
 * @param within the maximum time between two events, inclusive; for a session the gap
 * @param most the maximum time from a session's first event to its last; empty for no limit
 * @param isSettled true if its results wait until no late event can change them, and so are final
 * @param emit the topic to which sessions also go
 */
public record Verb(
    Kind kind,
    List<String> by,
    List<String> others,
    Duration within,
    Optional<Duration> most,
    boolean isSettled,
    Optional<Emission> emit) {

  /** The verbs. */
  public enum Kind {
    /** Undoes another event. */
    UNDOES,
    /** Selects the first event, and then none for a time. */
    ONCE,
    /** Selects events that another event did not follow. */
    WITHOUT,
    /** Selects events that another event followed. */
    THEN,
    /** A run of events without a long gap. */
    SESSION;

    /** The verb's keyword in a catalog. */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  public Verb {
    by = List.copyOf(by);
    others = List.copyOf(others);
  }

  /** Returns true if event time, and not another event, triggers the result. */
  public boolean needsWatermarks() {
    return kind == Kind.WITHOUT || kind == Kind.SESSION || isSettled;
  }

  /** This verb without the topic, which does not affect its results. */
  public Verb withoutEmit() {
    return new Verb(kind, by, others, within, most, isSettled, Optional.empty());
  }

  /** The catalog's notation, for messages. */
  @Override
  public String toString() {
    String time = Durations.format(within);
    String told = told(time);
    return isSettled ? told + ", settled" : told;
  }

  private String told(String time) {
    return switch (kind) {
      case UNDOES -> "undoes %s by %s within %s".formatted(listed(others), by, time);
      case ONCE -> "once by %s within %s".formatted(by, time);
      case WITHOUT, THEN ->
          "%s %s by %s within %s".formatted(kind.word(), listed(others), by, time);
      case SESSION ->
          "sessions by %s with gaps up to %s%s"
              .formatted(by, time, most.map(d -> " of at most " + Durations.format(d)).orElse(""));
    };
  }

  private static String listed(List<String> names) {
    return String.join(" or ", names);
  }
}
