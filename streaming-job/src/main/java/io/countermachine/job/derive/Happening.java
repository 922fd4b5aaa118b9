package io.countermachine.job.derive;

import java.util.Arrays;
import java.util.Comparator;

/** One event that a verb keeps, and what the verb derived from it. */
final class Happening {
  /** A role: the verb's event is derived from it. */
  static final int OF = 1;

  /** A role: an event that must be absent, that must follow, or that undoes. */
  static final int OTHER = 2;

  /** Nothing was derived from it. */
  static final long NOTHING = 0;

  /**
   * By instant. At the same instant, events of role {@link #OF} before those of role {@link
   * #OTHER}, and then by the records' texts, so that replays give the same order.
   */
  static final Comparator<Happening> ORDER =
      Comparator.<Happening>comparingLong(each -> each.instant)
          .thenComparingInt(each -> (each.role & OF) ^ OF)
          .thenComparing(each -> each.text, Arrays::compareUnsigned)
          .thenComparingInt(each -> each.candidate);

  final long instant;
  final int role;
  final int candidate;

  /** The record's text; empty if nothing is derived from it. */
  final byte[] text;

  /** What was derived from it, in the verb's own encoding; {@link #NOTHING} if nothing was. */
  long made;

  Happening(long instant, int role, int candidate, byte[] text, long made) {
    this.instant = instant;
    this.role = role;
    this.candidate = candidate;
    this.text = text;
    this.made = made;
  }

  boolean isOf() {
    return (role & OF) != 0;
  }

  boolean isOther() {
    return (role & OTHER) != 0;
  }
}
