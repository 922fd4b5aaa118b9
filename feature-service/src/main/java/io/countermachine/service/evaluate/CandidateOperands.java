package io.countermachine.service.evaluate;

import io.countermachine.expression.Operands;

/** The operands of formulas, for one candidate at a time. Not thread-safe. */
public final class CandidateOperands extends Operands {
  private final KeyValues[] ofGroups;
  private String[] fields;
  private String[] context;
  private CandidateFormula formula;
  private Status status;

  /**
   * Creates operands without a candidate.
   *
   * @param groups the number of groups in the plan
   */
  public CandidateOperands(int groups) {
    this.ofGroups = new KeyValues[groups];
  }

  /** Moves to a candidate. Its fields override those of its context. */
  public void candidate(String[] newFields, String[] newContext) {
    fields = newFields;
    context = newContext;
  }

  /** Sets the candidate's values of a group. */
  public void group(int group, KeyValues values) {
    ofGroups[group] = values;
  }

  /**
   * The value of a formula if it is a number; NaN if it is a text or null. Its status is {@link
   * #status}.
   */
  public double number(CandidateFormula of) {
    formula = of;
    double number = of.expression().evaluate(this);
    status = Status.ofFormula(Double.isNaN(number), severity());
    return number;
  }

  /**
   * The value of a formula if it is a text; null if it is a number or null. Its status is {@link
   * #status}.
   */
  public String text(CandidateFormula of) {
    formula = of;
    String text = of.expression().evaluateText(this);
    status = Status.ofFormula(text == null, severity());
    return text;
  }

  /** The status of the last evaluated formula. */
  public Status status() {
    return status;
  }

  private String field(int index) {
    return fields[index] != null ? fields[index] : context[index];
  }

  @Override
  protected double number(int slot) {
    CandidateFormula.Operand operand = formula.operand(slot);
    KeyValues values = ofGroups[operand.group()];
    if (operand.field() == CandidateFormula.NO_FIELD) {
      return values.value(operand.slot());
    }
    String text = field(operand.field());
    Object looked = values.object(operand.slot());
    return text == null || looked == null ? Double.NaN : operand.lookup().of(looked, text);
  }

  @Override
  protected String text(int slot) {
    CandidateFormula.Operand operand = formula.operand(slot);
    return operand.field() == CandidateFormula.NO_FIELD
        ? ofGroups[operand.group()].text(operand.slot())
        : null;
  }

  @Override
  protected int severity(int slot) {
    CandidateFormula.Operand operand = formula.operand(slot);
    int severity = ofGroups[operand.group()].status(operand.slot()).severity();
    boolean lacksField =
        operand.field() != CandidateFormula.NO_FIELD && field(operand.field()) == null;
    return lacksField ? Math.max(severity, Status.NO_KEY.severity()) : severity;
  }
}
