package io.countermachine.catalog;

/**
 * The meaning of a name in a feature's formula: a value of a group's item at an instant. Outputs
 * and intervals are indexes in {@link Group#itemSchema()} and its schema.
 */
public sealed interface FeatureOperand {
  /** The group whose item has the value; the item's key comes from the candidate. */
  Group group();

  /** Index of the output. */
  int output();

  /** Index of the interval in the schema's; -1 for an output without intervals. */
  int interval();

  /** The value of a numeric output. */
  record Value(Group group, int output, int interval) implements FeatureOperand {}

  /**
   * The quotient of two decaying outputs at one decayed interval, computed from the stored values:
   * null only if the stored divisor is 0.
   *
   * @param output the dividend
   */
  record Quotient(Group group, int output, int divisor, int interval) implements FeatureOperand {}

  /**
   * A histogram's entry as answers show it; 0 if they do not show the label.
   *
   * @param label the label, or the name of the candidate's field that holds it
   * @param isField true if it is the name of a field
   */
  record Entry(Group group, int output, int interval, String label, boolean isField)
      implements FeatureOperand {}

  /** An entry over the sum of all entries, including {@code other}; null if the sum is 0. */
  record Share(Group group, int output, int interval, String label, boolean isField)
      implements FeatureOperand {}

  /** The entropy of a histogram in nats, with {@code other} as one label; null if it is empty. */
  record Entropy(Group group, int output, int interval) implements FeatureOperand {}

  /** The number of visible labels of a histogram, or entries of a list. */
  record Size(Group group, int output, int interval) implements FeatureOperand {}

  /** The text or number of a first or a last. */
  record Scalar(Group group, int output) implements FeatureOperand {
    @Override
    public int interval() {
      return -1;
    }
  }

  /**
   * Hours from the newest visible entry of a list, or from a first or a last, to the instant of the
   * evaluation; null if there is none.
   */
  record Age(Group group, int output) implements FeatureOperand {
    @Override
    public int interval() {
      return -1;
    }
  }

  /**
   * 1 if a list has a visible entry whose field equals the candidate's field of that name, else 0.
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
