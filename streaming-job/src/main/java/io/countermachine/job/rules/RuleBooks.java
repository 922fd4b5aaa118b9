package io.countermachine.job.rules;

import java.io.Serializable;

/** Gives a task the rules. It travels to the task managers with the job's graph. */
public interface RuleBooks extends Serializable {
  /**
   * The rules, with all that stood in their topic before this call.
   *
   * @throws InterruptedException where the task is cancelled while they are read
   */
  OpenRuleBook open() throws InterruptedException;
}
