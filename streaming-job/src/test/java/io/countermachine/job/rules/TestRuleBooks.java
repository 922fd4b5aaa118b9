package io.countermachine.job.rules;

import io.countermachine.rules.RuleBook;

/**
 * A rule book that a test fills itself, instead of the topic: one for all operators of the test.
 */
public final class TestRuleBooks implements RuleBooks {
  private static final long serialVersionUID = 1L;

  /** Static, because Flink copies each operator. */
  private static RuleBook book;

  /** From now on, operators read this book. */
  public static TestRuleBooks of(RuleBook rules) {
    book = rules;
    return new TestRuleBooks();
  }

  @Override
  public OpenRuleBook open() {
    return new OpenRuleBook() {
      @Override
      public RuleBook rules() {
        return book;
      }

      @Override
      public boolean isReading() {
        return true;
      }

      @Override
      public void close() {}
    };
  }
}
