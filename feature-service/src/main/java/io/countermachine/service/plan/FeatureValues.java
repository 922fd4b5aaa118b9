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

  /** Of formulas over candidates, by result and formula; null where there are none. */
  private final double[] values;

  private final Status[] statuses;

  /** Texts of formulas over candidates; null where none can be one. */
  private final String[] texts;

  /**
   * Takes what keys are worth to the results that have them.
   *
   * @param keys the keys that the request needed
   * @param evaluation what their items are worth
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

  /** Whether a rule blocks the candidate's key in a formula's own group. */
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

  /** The keys that the request needed. */
  public RequestKeys keys() {
    return keys;
  }

  /** What the keys' items are worth. */
  public Evaluation evaluation() {
    return evaluation;
  }

  /** What a result gets of one of the plan's groups. */
  public KeyValues of(int result, int group) {
    int key = keys.number(group, result);
    return key == RequestKeys.NO_KEY
        ? request().plan().groups().get(group).evaluator().noKey()
        : evaluation.values()[key];
  }

  /** The value where it is a number; NaN otherwise. */
  public double value(int result, int feature) {
    FeaturePlan plan = request().plan();
    int group = plan.groupIndex(feature);
    return group == FeaturePlan.OF_CANDIDATE
        ? values[result * formulas + plan.slot(feature)]
        : of(result, group).value(plan.slot(feature));
  }

  /** The value where it is no double, as {@link KeyValues#object}; null otherwise. */
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
