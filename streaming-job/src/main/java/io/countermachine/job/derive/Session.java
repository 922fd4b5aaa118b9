package io.countermachine.job.derive;

import java.util.Arrays;
import java.util.List;

/** One session as it is emitted or retracted. */
final class Session {
  /** Why a session ended, if it has ended. */
  enum Reason {
    /** No event came for longer than the gap. */
    GAP,
    /** It would have been longer than the maximum length. */
    MOST,
    /** It has not ended: this is its current content. */
    OPEN
  }

  final long start;
  final long end;

  /** The number of events of each name, in the order of the verb's list. */
  final long[] counts;

  final Reason reason;

  /** How often a session of that time was emitted before; 0 for the first time. */
  final int revision;

  /** The sessions that it replaces; empty for the first time. */
  final List<Session> retracts;

  Session(
      long start, long end, long[] counts, Reason reason, int revision, List<Session> retracts) {
    this.start = start;
    this.end = end;
    this.counts = counts;
    this.reason = reason;
    this.revision = revision;
    this.retracts = retracts;
  }

  /** Returns true if the other session has the same content, whatever its revision. */
  boolean isSame(Session other) {
    return start == other.start
        && end == other.end
        && reason == other.reason
        && Arrays.equals(counts, other.counts);
  }

  /** The same run, as a session that has not ended. */
  Session open() {
    return new Session(start, end, counts, Reason.OPEN, revision, retracts);
  }

  /** The number of its events. */
  long events() {
    return Arrays.stream(counts).sum();
  }
}
