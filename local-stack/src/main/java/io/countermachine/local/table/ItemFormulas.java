package io.countermachine.local.table;

import io.countermachine.catalog.Feature;
import io.countermachine.catalog.FeatureFormula;
import io.countermachine.catalog.FeatureOperand;
import io.countermachine.catalog.Group;
import io.countermachine.expression.Expression;
import io.countermachine.expression.Operands;
import io.countermachine.item.ItemCodec;
import io.countermachine.measure.Form;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.LabelStatistics;
import io.countermachine.measure.LabelValue;
import io.countermachine.measure.TimedEntry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The values of a group's formulas for one item, as of an instant. */
final class ItemFormulas {
  /**
   * The value of a formula at one interval.
   *
   * @param name without the group's name
   * @param value a text, a double, or null if it is undefined
   */
  record Result(String name, Object value) {}

  private final Group group;
  private final ItemValues values;
  private final long asOfMillis;
  private final List<Result> results = new ArrayList<>();
  private final Set<String> ofOthers = new LinkedHashSet<>();

  /**
   * @param item in readable form
   */
  ItemFormulas(Map<String, AttributeValue> item, Group group, long asOfMillis) {
    this.group = group;
    this.values = ItemCodec.decode(item, group.itemSchema()).values();
    this.asOfMillis = asOfMillis;
    for (Feature feature : group.features()) {
      if (feature.origin() instanceof Feature.Computed computed) {
        add(feature, computed.formula());
      }
    }
  }

  /** The values of formulas that depend only on the item. */
  List<Result> results() {
    return results;
  }

  /** The names of formulas that need another group's key or a candidate's field. */
  Set<String> ofOthers() {
    return ofOthers;
  }

  private void add(Feature feature, FeatureFormula formula) {
    if (!formula.operands().stream().allMatch(this::isOwn)) {
      ofOthers.add(formula.definition().name());
      return;
    }
    Map<FeatureOperand, Integer> slots = new LinkedHashMap<>();
    Expression expression =
        formula.compile(operand -> slots.computeIfAbsent(operand, first -> slots.size()));
    Operands operands = new ItemOperands(slots.keySet().stream().map(this::value).toList());
    String text = expression.evaluateText(operands);
    double number = expression.evaluate(operands);
    Object value = text != null ? text : Double.isNaN(number) ? null : (Object) number;
    results.add(new Result(feature.name().substring(group.name().length() + 1), value));
  }

  private boolean isOwn(FeatureOperand operand) {
    boolean ofField =
        operand instanceof FeatureOperand.Contains
            || (operand instanceof FeatureOperand.Entry entry && entry.isField())
            || (operand instanceof FeatureOperand.Share share && share.isField());
    return operand.group() == group && !ofField;
  }

  /** A text or a double. */
  private Object value(FeatureOperand operand) {
    int output = operand.output();
    int interval = operand.interval();
    if (operand instanceof FeatureOperand.Quotient quotient) {
      return values.stored(output, interval) / values.stored(quotient.divisor(), interval);
    }
    if (operand instanceof FeatureOperand.Entry entry) {
      return LabelStatistics.entry(labels(operand), entry.label());
    }
    if (operand instanceof FeatureOperand.Share share) {
      return LabelStatistics.share(parts(operand), share.label());
    }
    if (operand instanceof FeatureOperand.Entropy) {
      return LabelStatistics.entropy(parts(operand));
    }
    if (operand instanceof FeatureOperand.Size) {
      boolean isList = group.itemSchema().output(output).form() == Form.LIST;
      return (double) (isList ? values.entries(output, asOfMillis).size() : labels(operand).size());
    }
    if (operand instanceof FeatureOperand.Age) {
      return values.ageHours(output, asOfMillis);
    }
    if (operand instanceof FeatureOperand.Scalar) {
      TimedEntry entry = values.scalar(output);
      Object scalar = entry == null ? null : entry.field(0);
      return scalar instanceof Number number
          ? (Object) number.doubleValue()
          : scalar == null ? (Object) Double.NaN : scalar.toString();
    }
    return values.value(output, interval, asOfMillis);
  }

  private List<LabelValue> labels(FeatureOperand operand) {
    return values.labels(operand.output(), operand.interval(), asOfMillis);
  }

  private List<LabelValue> parts(FeatureOperand operand) {
    int interval = operand.interval();
    return values.labels(operand.output(), interval, values.ratioInstant(interval, asOfMillis));
  }

  private static final class ItemOperands extends Operands {
    private final List<Object> values;

    ItemOperands(List<Object> values) {
      this.values = values;
    }

    @Override
    protected double number(int slot) {
      return values.get(slot) instanceof Double number ? number : Double.NaN;
    }

    @Override
    protected String text(int slot) {
      return values.get(slot) instanceof String text ? text : null;
    }
  }
}
