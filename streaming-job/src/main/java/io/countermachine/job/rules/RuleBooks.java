package io.countermachine.job.rules;

import java.io.Serializable;

/** Gives the rules to a task. It is serialized with the job's graph. */
public interface RuleBooks extends Serializable {
  /**
   * Opens the rules, including all that their topic contained before this call.
   *
   * @throws InterruptedException if the task is cancelled while they are read
   */
  OpenRuleBook open() throws InterruptedException;
}
