package io.countermachine.job.derive;

import java.util.Arrays;
import java.util.Comparator;

/** One event that a verb keeps, and what the verb made of it. */
final class Happening {
  /** A role: the verb's event is made of it. */
  static final int OF = 1;

  /** A role: what has to stay away, to follow, or what undoes. */
  static final int OTHER = 2;

  /** Nothing is made of it. */
  static final long NOTHING = 0;

  /**
   * By instant; of one instant what is made of before what happened to it, and then by the records'
   * texts, so that replays agree.
   */
  static final Comparator<Happening> ORDER =
      Comparator.<Happening>comparingLong(each -> each.instant)
          .thenComparingInt(each -> (each.role & OF) ^ OF)
          .thenComparing(each -> each.text, Arrays::compareUnsigned)
          .thenComparingInt(each -> each.candidate);

  final long instant;
  final int role;
  final int candidate;

  /** The record's; empty where nothing is made of it. */
  final byte[] text;

  /** What was made of it, as the verb has it; {@link #NOTHING} where nothing was. */
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
