package io.countermachine.catalog;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How an event is made from what came before or after others with the same values in some fields.
 *
 * @param kind what it does
 * @param by the fields whose values its events share, at least one
 * @param others the events beside those that it is made of: what is undone, what has to stay away
 *     or to follow, what makes a session; none for {@link Kind#ONCE}
 * @param within how far apart two events may lie, both ends included; for a session the gap
 * @param most how much later than a session's first event its others are at most; empty for any
 * @param isSettled whether what it makes waits until no late event can change it, and so stays
 * @param emit the topic to which sessions go, too
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
    /** Takes back another event. */
    UNDOES,
    /** The first one, and none for a time. */
    ONCE,
    /** One that another did not follow. */
    WITHOUT,
    /** One that another followed. */
    THEN,
    /** A run of events without a long gap. */
    SESSION;

    /** The verb as a catalog has it. */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  public Verb {
    by = List.copyOf(by);
    others = List.copyOf(others);
  }

  /** Whether it is told by event time that an event is made, and not by another event. */
  public boolean needsWatermarks() {
    return kind == Kind.WITHOUT || kind == Kind.SESSION || isSettled;
  }

  /** This verb without the topic: what it makes. */
  public Verb withoutEmit() {
    return new Verb(kind, by, others, within, most, isSettled, Optional.empty());
  }

  /** As a catalog has it, for messages. */
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
