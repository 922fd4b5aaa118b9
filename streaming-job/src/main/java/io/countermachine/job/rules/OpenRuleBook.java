package io.countermachine.job.rules;

import io.countermachine.rules.RuleBook;

/** The rules as one task uses them, until it closes them. */
public interface OpenRuleBook extends AutoCloseable {
  /** The rules; what the topic gets later is there, too. */
  RuleBook rules();

  /** Whether the topic is being read; not while that fails. */
  boolean isReading();

  @Override
  void close();
}
