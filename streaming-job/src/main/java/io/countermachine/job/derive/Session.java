package io.countermachine.job.derive;

import java.util.Arrays;
import java.util.List;

/** One session as it is given, or taken back. */
final class Session {
  /** Why a session ended, if it did. */
  enum Reason {
    /** Nothing came for longer than the gap. */
    GAP,
    /** It would have been longer than sessions may be. */
    MOST,
    /** It goes on: this is what is there of it. */
    OPEN
  }

  final long start;
  final long end;

  /** By the names that the verb lists, how many events of each there are. */
  final long[] counts;

  final Reason reason;

  /** How often what happened then was given before: 0 the first time. */
  final int revision;

  /** What it takes the place of; empty the first time. */
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

  /** Whether the other one says the same, whichever time it is given. */
  boolean isSame(Session other) {
    return start == other.start
        && end == other.end
        && reason == other.reason
        && Arrays.equals(counts, other.counts);
  }

  /** The same run, while it goes on. */
  Session open() {
    return new Session(start, end, counts, Reason.OPEN, revision, retracts);
  }

  /** The number of its events. */
  long events() {
    return Arrays.stream(counts).sum();
  }
}
