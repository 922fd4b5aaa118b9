package io.countermachine.job.source;

/** What to do if a restored position is no longer valid. */
public enum ChangedTopics {
  /** The job ends with a message that names the position. */
  REFUSE,
  /** The counters stay, and the partition is read from its beginning. */
  REREAD
}
