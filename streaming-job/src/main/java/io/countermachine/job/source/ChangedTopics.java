package io.countermachine.job.source;

/** What to do where a restored position means nothing any more. */
public enum ChangedTopics {
  /** The job ends and says which. */
  REFUSE,
  /** The counters stay, and the partition is read from its beginning. */
  REREAD
}
