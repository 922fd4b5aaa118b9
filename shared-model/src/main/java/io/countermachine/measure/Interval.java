package io.countermachine.measure;

import java.io.Serializable;
import java.util.Objects;

/**
 * A kernel over time: the weight of an occurrence at a later instant. Lengths are in milliseconds.
 *
 * @param label the canonical label, for example {@code 1h} or {@code last_5m}; part of feature
 *     names and stored items
 * @param kind the form of the kernel
 * @param millis tau of a decay, length of a window, gap of a session; {@link Long#MAX_VALUE} for
 *     {@code lifetime}
 * @param stepMillis length of a pane; 0 if there are no panes of fixed length
 * @param keepMillis how long panes are kept, counted back from the newest event; 0 if there are
 *     none
 */
public record Interval(String label, Kind kind, long millis, long stepMillis, long keepMillis)
    implements Serializable {
  /** The form of a kernel. */
  public enum Kind {
    /** {@code exp(-age / tau)}. */
    DECAY,
    /** Always 1. */
    LIFETIME,
    /** 1 while the age is below the window's length. */
    LAST,
    /** 1 in the last whole window that is aligned to the epoch. */
    EACH,
    /** 1 since the last gap between the key's events. */
    SESSION
  }

  /** The interval that never decays. */
  public static final Interval LIFETIME =
      new Interval("lifetime", Kind.LIFETIME, Long.MAX_VALUE, 0, 0);

  private static final long LONGEST_KEEP = Long.MAX_VALUE / 4;

  public Interval {
    Objects.requireNonNull(label, "label");
    Objects.requireNonNull(kind, "kind");
    if (millis <= 0) {
      throw new IllegalArgumentException("length of " + label + " must be above 0, was " + millis);
    }
    boolean panes = kind == Kind.LAST || kind == Kind.EACH;
    if (panes != (stepMillis > 0) || panes != (keepMillis > 0) || keepMillis > LONGEST_KEEP) {
      throw new IllegalArgumentException(
          "%s is %s: step %d and keep %d do not fit"
              .formatted(label, kind, stepMillis, keepMillis));
    }
    if (kind == Kind.LAST && millis % stepMillis != 0) {
      throw new IllegalArgumentException(
          "step %d ms does not divide %s, %d ms".formatted(stepMillis, label, millis));
    }
  }

  /** An interval that decays with a time constant. */
  public static Interval decay(String label, long tauMillis) {
    return new Interval(label, Kind.DECAY, tauMillis, 0, 0);
  }

  /** A sliding window over panes of a step that divides it. */
  public static Interval last(String label, long windowMillis, long stepMillis) {
    return new Interval(label, Kind.LAST, windowMillis, stepMillis, windowMillis);
  }

  /** Consecutive windows aligned to the epoch; at least two of them are kept. */
  public static Interval each(String label, long windowMillis, long keepMillis) {
    return new Interval(
        label, Kind.EACH, windowMillis, windowMillis, Math.max(keepMillis, 2 * windowMillis));
  }

  /** Everything since the last gap that is longer than this one. */
  public static Interval session(String label, long gapMillis) {
    return new Interval(label, Kind.SESSION, gapMillis, 0, 0);
  }

  /**
   * Returns true if a value of this interval is one number, which a factor converts to a later
   * instant.
   */
  public boolean isDecayed() {
    return kind == Kind.DECAY || kind == Kind.LIFETIME;
  }

  /** Returns true if a value of this interval never changes with time. */
  public boolean isLifetime() {
    return kind == Kind.LIFETIME;
  }

  /** Tau in milliseconds; positive infinity for an interval that does not decay. */
  public double tauMillis() {
    return kind == Kind.DECAY ? millis : Double.POSITIVE_INFINITY;
  }

  /** Start of the pane that contains an instant, for intervals with panes of a fixed length. */
  public long paneStart(long instantMillis) {
    return Math.floorDiv(instantMillis, stepMillis) * stepMillis;
  }

  /** The instant before which panes are not needed any more, given the newest event. */
  public long oldestPane(long newestMillis) {
    return stepMillis == 0 ? Long.MIN_VALUE : newestMillis - keepMillis - stepMillis;
  }
}
