package io.countermachine.catalog;

import io.countermachine.measure.Interval.Kind;
import java.time.Duration;
import java.util.Optional;

/**
 * The parsed label of an interval: {@code 1h}, {@code lifetime}, {@code last_1h}, {@code each_1m}
 * or {@code session_30m}.
 *
 * @param kind the kind of interval
 * @param length tau, window or gap, above 0; {@link Duration#ZERO} for {@code lifetime}
 */
public record IntervalLabel(Kind kind, Duration length) {
  private static final String LIFETIME = "lifetime";

  /** Parses a label; empty if the text is not the label of an interval. */
  public static Optional<IntervalLabel> parse(String text) {
    if (text.equals(LIFETIME)) {
      return Optional.of(new IntervalLabel(Kind.LIFETIME, Duration.ZERO));
    }
    Kind kind = Kind.DECAY;
    for (Kind each : Kind.values()) {
      if (!prefix(each).isEmpty() && text.startsWith(prefix(each))) {
        kind = each;
      }
    }
    Kind found = kind;
    return Durations.parse(text.substring(prefix(kind).length()))
        .filter(length -> !length.isZero())
        .map(length -> new IntervalLabel(found, length));
  }

  /** The shortest form of a label: {@code last_1h} for {@code last_60m}. */
  public static Optional<String> canonical(String text) {
    return parse(text).map(IntervalLabel::toString);
  }

  /** The prefix of labels of the kind. */
  private static String prefix(Kind kind) {
    return switch (kind) {
      case DECAY, LIFETIME -> "";
      case LAST -> "last_";
      case EACH -> "each_";
      case SESSION -> "session_";
    };
  }

  /** The canonical, shortest label. */
  @Override
  public String toString() {
    return kind == Kind.LIFETIME ? LIFETIME : prefix(kind) + Durations.format(length);
  }
}
