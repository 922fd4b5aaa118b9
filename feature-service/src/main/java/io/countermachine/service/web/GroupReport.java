package io.countermachine.service.web;

import io.countermachine.catalog.Feature;
import io.countermachine.catalog.FeatureFormula;
import io.countermachine.catalog.FeatureOperand;
import io.countermachine.catalog.Group;
import io.countermachine.item.ItemCodec;
import io.countermachine.item.StoredItem;
import io.countermachine.measure.Form;
import io.countermachine.measure.Interval;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.LabelValue;
import io.countermachine.measure.MeasureKind;
import io.countermachine.measure.Output;
import io.countermachine.measure.Panes;
import io.countermachine.measure.TimedEntry;
import io.countermachine.service.evaluate.GroupEvaluator;
import io.countermachine.service.evaluate.ItemView;
import io.countermachine.service.evaluate.KeyValues;
import io.countermachine.service.evaluate.ListEntries;
import io.countermachine.service.evaluate.Status;
import io.countermachine.service.store.CountedMeasures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjIntConsumer;

/** Shows everything that the items of one group hold, and the values of all its features. */
final class GroupReport {
  private static final String FIRST = MeasureKind.first("").id();

  private final Group group;
  private final ItemSchema schema;
  private final GroupEvaluator evaluator;
  private final Map<Feature, Integer> slots = new LinkedHashMap<>();
  private final Map<Feature, Map<FeatureOperand, Integer>> operands = new LinkedHashMap<>();

  GroupReport(Group group) {
    this.group = group;
    this.schema = group.itemSchema();
    GroupEvaluator.Builder builder = new GroupEvaluator.Builder(group);
    for (Feature feature : group.features()) {
      if (GroupEvaluator.Builder.isOfItem(feature)) {
        slots.put(feature, builder.feature(feature));
      }
    }
    for (Feature feature : group.features()) {
      if (feature.origin() instanceof Feature.Computed computed) {
        operands.put(feature, operandSlots(computed.formula(), builder));
      }
    }
    evaluator = builder.build();
  }

  /** The slot of each operand; null if it belongs to another group or needs a candidate's field. */
  private Map<FeatureOperand, Integer> operandSlots(
      FeatureFormula formula, GroupEvaluator.Builder builder) {
    Map<FeatureOperand, Integer> ofOperands = new LinkedHashMap<>();
    for (FeatureOperand operand : formula.operands()) {
      if (operand instanceof FeatureOperand.Quotient quotient) {
        // Show both sides, because they explain more than the quotient, which is the formula's own
        // value.
        for (int output : new int[] {quotient.output(), quotient.divisor()}) {
          FeatureOperand side =
              new FeatureOperand.Value(operand.group(), output, operand.interval());
          ofOperands.put(side, operand.group() == group ? builder.operand(side) : null);
        }
      } else {
        boolean own = operand.group() == group && GroupEvaluator.Builder.field(operand) == null;
        ofOperands.put(operand, own ? builder.operand(operand) : null);
      }
    }
    return ofOperands;
  }

  /**
   * The counters of one key as of an instant.
   *
   * @param isBlocked whether a rule blocks the key at that instant
   */
  KeyCounters of(
      String key, StoredItem item, long asOfMillis, CountedMeasures measures, boolean isBlocked) {
    ItemValues values = item.values();
    ItemView view = new ItemView(values, asOfMillis);
    KeyValues worth = isBlocked ? evaluator.blocked() : evaluator.values(view, false, measures);
    List<String> notCounted = notCounted(worth);
    return new KeyCounters(
        group.name(),
        key,
        asOfMillis,
        values.lastUpdateMillis(),
        item.expiresAtSeconds().isPresent() ? item.expiresAtSeconds().getAsLong() : null,
        isBlocked ? Status.BLOCKED : view.isNewer() ? Status.NEWER : Status.OK,
        stored(values),
        decayed(worth),
        lists(worth),
        ends(values, worth, true),
        ends(values, worth, false),
        ratios(worth),
        formulas(worth),
        notCounted.isEmpty() ? null : notCounted);
  }

  private List<String> notCounted(KeyValues worth) {
    List<String> notCounted = new ArrayList<>();
    slots.forEach(
        (feature, slot) -> {
          if (feature.origin() instanceof Feature.Stored
              && worth.status(slot) == Status.NOT_COUNTED) {
            notCounted.add(feature.name().substring(group.name().length() + 1));
          }
        });
    return notCounted;
  }

  private Map<String, Map<String, Object>> decayed(KeyValues worth) {
    Map<String, Map<String, Object>> byMeasure = new LinkedHashMap<>();
    slots.forEach(
        (feature, slot) -> {
          if (feature.origin() instanceof Feature.Stored stored && stored.interval() >= 0) {
            byMeasure
                .computeIfAbsent(
                    schema.output(stored.output()).name(), name -> new LinkedHashMap<>())
                .put(label(stored.interval()), shown(worth, slot));
          }
        });
    return byMeasure;
  }

  /** The entries of the lists, by name, without lists that are not counted. */
  private Map<String, List<Map<String, Object>>> lists(KeyValues worth) {
    Map<String, List<Map<String, Object>>> lists = new LinkedHashMap<>();
    eachOf(
        Form.LIST,
        (output, slot) -> {
          if (worth.object(slot) instanceof ListEntries list) {
            lists.put(output.name(), entries(list));
          }
        });
    return lists;
  }

  /** Calls the consumer for each feature that is a plain output of a form. */
  private void eachOf(Form form, ObjIntConsumer<Output> consumer) {
    slots.forEach(
        (feature, slot) -> {
          if (feature.origin() instanceof Feature.Stored stored
              && schema.output(stored.output()).form() == form) {
            consumer.accept(schema.output(stored.output()), slot);
          }
        });
  }

  private static List<Map<String, Object>> entries(ListEntries list) {
    List<Map<String, Object>> shown = new ArrayList<>();
    for (TimedEntry entry : list.entries()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      for (int field = 0; field < list.fields().size(); field++) {
        if (entry.field(field) != null) {
          fields.put(list.fields().get(field), entry.field(field));
        }
      }
      fields.put(ItemCodec.AT, entry.atMillis());
      shown.add(fields);
    }
    return shown;
  }

  /** The existing firsts or lasts, by name, without those that are not counted. */
  private Map<String, KeyCounters.EndValue> ends(
      ItemValues values, KeyValues worth, boolean isFirst) {
    Map<String, KeyCounters.EndValue> ends = new LinkedHashMap<>();
    eachOf(
        Form.SCALAR,
        (output, slot) -> {
          Object value = output.kind().id().equals(FIRST) == isFirst ? shown(worth, slot) : null;
          if (value != null) {
            long at = values.scalar(schema.outputIndex(output.name())).atMillis();
            ends.put(output.name(), new KeyCounters.EndValue(value, at));
          }
        });
    return ends;
  }

  private String label(int interval) {
    return group.schema().intervals().get(interval).label();
  }

  /** A value in the form of its JSON: a number, numbers by label, entries, a text or null. */
  private static Object shown(KeyValues worth, int slot) {
    Object object = worth.object(slot);
    if (object instanceof ListEntries list) {
      return entries(list);
    }
    if (object instanceof List<?> labels) {
      return byLabel(labels);
    }
    return object == null ? number(worth.value(slot)) : object;
  }

  /** Numbers by label, in the order of the labels. */
  static Map<String, Double> byLabel(List<?> labels) {
    Map<String, Double> byLabel = new LinkedHashMap<>();
    for (Object each : labels) {
      LabelValue label = (LabelValue) each;
      byLabel.put(label.label(), label.value());
    }
    return byLabel;
  }

  private static Double number(double value) {
    return Double.isNaN(value) ? null : Double.valueOf(value);
  }

  private Map<String, Map<String, Double>> ratios(KeyValues worth) {
    Map<String, Map<String, Double>> ratios = new LinkedHashMap<>();
    slots.forEach(
        (feature, slot) -> {
          if (feature.origin() instanceof Feature.Computed computed
              && computed.formula().definition().isRatio()) {
            ratios
                .computeIfAbsent(
                    computed.formula().definition().name(), name -> new LinkedHashMap<>())
                .put(
                    computed.formula().interval().map(Interval::label).orElse(""),
                    number(worth.value(slot)));
          }
        });
    return ratios;
  }

  private Map<String, KeyCounters.FormulaValue> formulas(KeyValues worth) {
    Map<String, KeyCounters.FormulaValue> formulas = new LinkedHashMap<>();
    operands.forEach(
        (feature, ofFeature) -> {
          Integer slot = slots.get(feature);
          List<KeyCounters.OperandValue> shown = new ArrayList<>();
          ofFeature.forEach((operand, at) -> shown.add(operand(operand, at, worth)));
          formulas.put(
              feature.name(),
              new KeyCounters.FormulaValue(
                  slot == null ? null : shown(worth, slot),
                  slot == null ? Status.NO_KEY : worth.status(slot),
                  ((Feature.Computed) feature.origin()).formula().definition().formula().text(),
                  shown));
        });
    return formulas;
  }

  private KeyCounters.OperandValue operand(FeatureOperand operand, Integer slot, KeyValues worth) {
    return new KeyCounters.OperandValue(
        name(operand),
        slot == null ? null : shown(worth, slot),
        slot == null ? Status.NO_KEY : worth.status(slot));
  }

  /** The name of an operand in a formula of this group. */
  private String name(FeatureOperand operand) {
    String prefix = operand.group() == group ? "" : operand.group().name() + ".";
    ItemSchema of = operand.group().itemSchema();
    String output = prefix + of.output(operand.output()).name();
    String interval =
        operand.interval() < 0 ? "" : "." + of.schema().intervals().get(operand.interval()).label();
    if (operand instanceof FeatureOperand.Age) {
      return "age(" + output + ")";
    }
    if (operand instanceof FeatureOperand.Contains contains) {
      return "contains(" + output + ", " + contains.field() + ")";
    }
    if (operand instanceof FeatureOperand.Entry entry) {
      return output + label(entry.label(), entry.isField()) + interval;
    }
    if (operand instanceof FeatureOperand.Share share) {
      return "share(" + output + label(share.label(), share.isField()) + interval + ")";
    }
    if (operand instanceof FeatureOperand.Entropy) {
      return "entropy(" + output + interval + ")";
    }
    return operand instanceof FeatureOperand.Size
        ? "size(" + output + interval + ")"
        : output + interval;
  }

  private static String label(String label, boolean isField) {
    return isField ? "[" + label + "]" : "[\"" + label + "\"]";
  }

  /** The stored values of all outputs with intervals that have any. */
  private Map<String, Map<String, Object>> stored(ItemValues values) {
    Map<String, Map<String, Object>> stored = new LinkedHashMap<>();
    for (int output = 0; output < schema.outputs().size(); output++) {
      Map<String, Object> ofOutput = new LinkedHashMap<>();
      for (int interval = 0; interval < group.schema().intervals().size(); interval++) {
        Object held = schema.has(output, interval) ? held(values, output, interval) : null;
        if (held != null) {
          ofOutput.put(label(interval), held);
        }
      }
      if (!ofOutput.isEmpty()) {
        stored.put(schema.output(output).name(), ofOutput);
      }
    }
    return stored;
  }

  /** The stored value of an output at an interval; null for none. */
  private Object held(ItemValues values, int output, int interval) {
    boolean isNumber = schema.numberColumn(output, interval) >= 0;
    if (schema.output(output).form().isNumber()) {
      if (isNumber) {
        return values.hasNumbers(output) ? number(values.stored(output, interval)) : null;
      }
      return panes(values.panes(output, interval));
    }
    Map<String, Object> byLabel = new LinkedHashMap<>();
    for (String label : values.labels(output)) {
      Object ofLabel =
          isNumber
              ? values.labelNumber(output, label, interval)
              : panes(values.labelPanes(output, label, interval));
      if (ofLabel != null && !ofLabel.equals(0.0)) {
        byLabel.put(label, ofLabel);
      }
    }
    return byLabel.isEmpty() ? null : byLabel;
  }

  /** Panes by their start in epoch milliseconds; null for none. */
  private static Map<String, Object> panes(Panes panes) {
    if (panes == null || panes.size() == 0) {
      return null;
    }
    Map<String, Object> byStart = new LinkedHashMap<>();
    for (int pane = 0; pane < panes.size(); pane++) {
      byStart.put(Long.toString(panes.start(pane)), numbers(panes, pane));
    }
    return byStart;
  }

  private static Object numbers(Panes panes, int pane) {
    if (panes.lanes() == 1) {
      return number(panes.value(pane, 0));
    }
    List<Double> lanes = new ArrayList<>();
    for (int lane = 0; lane < panes.lanes(); lane++) {
      lanes.add(number(panes.value(pane, lane)));
    }
    return lanes;
  }
}
