package io.countermachine.job.rules;

import io.countermachine.rules.RuleBook;

/** The rules as one task uses them, until it closes them. */
public interface OpenRuleBook extends AutoCloseable {
  /** The rules, including any that the topic gets later. */
  RuleBook rules();

  /** Returns true while the topic is being read; false while reading fails. */
  boolean isReading();

  @Override
  void close();
}
