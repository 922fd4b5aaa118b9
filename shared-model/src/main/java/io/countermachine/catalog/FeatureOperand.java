package io.countermachine.catalog;

/**
 * What a name in a feature's formula stands for: something that an item of a group gives at an
 * instant. Outputs and intervals are indexes in {@link Group#itemSchema()} and its schema.
 */
public sealed interface FeatureOperand {
  /** The group whose item gives it; its key comes from the candidate. */
  Group group();

  /** Index of the output. */
  int output();

  /** Index of the interval in the schema's; -1 for an output that has none. */
  int interval();

  /** The value of an output that is a number. */
  record Value(Group group, int output, int interval) implements FeatureOperand {}

  /**
   * The quotient of two decaying outputs at one decayed interval, to be taken of what is stored:
   * null only where the stored divisor is 0.
   *
   * @param output the dividend
   */
  record Quotient(Group group, int output, int divisor, int interval) implements FeatureOperand {}

  /**
   * A histogram's entry as an answer shows it, 0 where it does not show the label.
   *
   * @param label the label, or the name of the candidate's field that holds it
   * @param isField whether it is the name of a field
   */
  record Entry(Group group, int output, int interval, String label, boolean isField)
      implements FeatureOperand {}

  /** An entry over the sum of all entries, {@code other} among them; null where that is 0. */
  record Share(Group group, int output, int interval, String label, boolean isField)
      implements FeatureOperand {}

  /** The entropy of a histogram in nats, {@code other} as one label; null where it is empty. */
  record Entropy(Group group, int output, int interval) implements FeatureOperand {}

  /** How many labels a histogram shows, or entries a list. */
  record Size(Group group, int output, int interval) implements FeatureOperand {}

  /** The text or number of a first or a last. */
  record Scalar(Group group, int output) implements FeatureOperand {
    @Override
    public int interval() {
      return -1;
    }
  }

  /**
   * Hours from the newest entry that a list shows, or from a first or a last, to the instant of the
   * evaluation; null where there is none.
   */
  record Age(Group group, int output) implements FeatureOperand {
    @Override
    public int interval() {
      return -1;
    }
  }

  /**
   * 1 if a list shows an entry whose field has the value of the candidate's field of that name,
   * else 0.
   *
   * @param entryField index of the field in the entries of the list
   * @param field the name of the candidate's field
   */
  record Contains(Group group, int output, int entryField, String field) implements FeatureOperand {
    @Override
    public int interval() {
      return -1;
    }
  }
}
