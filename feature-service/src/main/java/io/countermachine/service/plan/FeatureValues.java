package io.countermachine.service.plan;

import io.countermachine.catalog.Group;
import io.countermachine.service.evaluate.CandidateFormula;
import io.countermachine.service.evaluate.CandidateOperands;
import io.countermachine.service.evaluate.Evaluation;
import io.countermachine.service.evaluate.KeyValues;
import io.countermachine.service.evaluate.Status;
import java.util.List;

/** The values of a request's features, by result and feature. */
public final class FeatureValues {
  private final RequestKeys keys;
  private final Evaluation evaluation;
  private final int formulas;

  /** The values of formulas over candidates, by result and formula; null if there are none. */
  private final double[] values;

  private final Status[] statuses;

  /** The texts of formulas over candidates; null if none can be a text. */
  private final String[] texts;

  /**
   * Assigns the values of keys to the results that use them.
   *
   * @param keys the keys that the request needs
   * @param evaluation the values of their items
   */
  public FeatureValues(RequestKeys keys, Evaluation evaluation) {
    this.keys = keys;
    this.evaluation = evaluation;
    List<CandidateFormula> all = keys.request().plan().candidateFormulas();
    formulas = all.size();
    int size = formulas * keys.request().results();
    values = size == 0 ? null : new double[size];
    statuses = size == 0 ? null : new Status[size];
    texts = all.stream().allMatch(CandidateFormula::isNumber) ? null : new String[size];
    if (size > 0) {
      evaluate(all);
    }
  }

  private void evaluate(List<CandidateFormula> all) {
    FeatureRequest request = keys.request();
    int groups = request.plan().groups().size();
    CandidateOperands operands = new CandidateOperands(groups);
    for (int result = 0; result < request.results(); result++) {
      operands.candidate(request.candidate(result), request.context(result));
      for (int group = 0; group < groups; group++) {
        operands.group(group, of(result, group));
      }
      for (int formula = 0; formula < formulas; formula++) {
        int at = result * formulas + formula;
        if (isBlocked(result, request.plan().formulaGroup(formula))) {
          values[at] = Double.NaN;
          statuses[at] = Status.BLOCKED;
        } else {
          evaluate(all.get(formula), operands, at);
        }
      }
    }
  }

  /** Returns true if a rule blocks the candidate's key in the formula's own group. */
  private boolean isBlocked(int candidate, Group group) {
    List<GroupPlan> groups = request().plan().groups();
    for (int index = 0; index < groups.size(); index++) {
      if (groups.get(index).group() == group) {
        return of(candidate, index) == groups.get(index).evaluator().blocked();
      }
    }
    return false;
  }

  private void evaluate(CandidateFormula formula, CandidateOperands operands, int at) {
    if (!formula.isNumber()) {
      texts[at] = operands.text(formula);
      if (texts[at] != null) {
        values[at] = Double.NaN;
        statuses[at] = operands.status();
        return;
      }
    }
    values[at] = operands.number(formula);
    statuses[at] = operands.status();
  }

  public FeatureRequest request() {
    return keys.request();
  }

  /** The keys that the request needs. */
  public RequestKeys keys() {
    return keys;
  }

  /** The values of the keys' items. */
  public Evaluation evaluation() {
    return evaluation;
  }

  /** The values of a result in one of the plan's groups. */
  public KeyValues of(int result, int group) {
    int key = keys.number(group, result);
    return key == RequestKeys.NO_KEY
        ? request().plan().groups().get(group).evaluator().noKey()
        : evaluation.values()[key];
  }

  /** The value if it is a number; NaN otherwise. */
  public double value(int result, int feature) {
    FeaturePlan plan = request().plan();
    int group = plan.groupIndex(feature);
    return group == FeaturePlan.OF_CANDIDATE
        ? values[result * formulas + plan.slot(feature)]
        : of(result, group).value(plan.slot(feature));
  }

  /** The value if it is not a double, as {@link KeyValues#object}; null otherwise. */
  public Object object(int result, int feature) {
    FeaturePlan plan = request().plan();
    int group = plan.groupIndex(feature);
    if (group == FeaturePlan.OF_CANDIDATE) {
      return texts == null ? null : texts[result * formulas + plan.slot(feature)];
    }
    return of(result, group).object(plan.slot(feature));
  }

  public Status status(int result, int feature) {
    FeaturePlan plan = request().plan();
    int group = plan.groupIndex(feature);
    return group == FeaturePlan.OF_CANDIDATE
        ? formulaStatus(result, plan.slot(feature))
        : of(result, group).status(plan.slot(feature));
  }

  /** The status of one of the plan's formulas over candidates. */
  public Status formulaStatus(int result, int formula) {
    return statuses[result * formulas + formula];
  }
}
