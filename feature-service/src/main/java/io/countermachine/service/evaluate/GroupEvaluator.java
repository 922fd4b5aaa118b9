package io.countermachine.service.evaluate;

import io.countermachine.catalog.Feature;
import io.countermachine.catalog.FeatureFormula;
import io.countermachine.catalog.FeatureOperand;
import io.countermachine.catalog.Group;
import io.countermachine.expression.Expression;
import io.countermachine.expression.Type;
import io.countermachine.item.CatalogItem;
import io.countermachine.item.StoredItem;
import io.countermachine.measure.ItemSchema;
import io.countermachine.service.store.CountedMeasures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Turns the items of one group into values, one per slot: first the slots of features, then those
 * that only formulas need.
 */
public final class GroupEvaluator {
  private final Group group;
  private final int features;

  /** By slot: reads its value from the item; null if a formula computes it. */
  private final ItemReader[] readers;

  /** By slot: computes its value from other slots; null if it is read. */
  private final Expression[] formulas;

  private final int[] formulaSlots;
  private final boolean[] isObject;
  private final boolean hasObjects;
  private final List<List<Feature.Stored>> sources;
  private final KeyValues noKey;
  private final KeyValues failed;
  private final KeyValues blocked;
  private volatile Counted counted;

  /**
   * What depends on which measures are counted.
   *
   * @param uncounted by slot, whether it needs a measure that is not counted; null if all are
   *     counted
   * @param absent the values of a key for which nothing is stored
   */
  @SuppressWarnings("ArrayRecordComponent") // For the hot path, never compared.
  private record Counted(CountedMeasures measures, boolean[] uncounted, KeyValues absent) {}

  private GroupEvaluator(Builder slots) {
    group = slots.group;
    features = slots.features;
    int size = slots.readers.size();
    readers = slots.readers.toArray(ItemReader[]::new);
    formulas = new Expression[size];
    isObject = new boolean[size];
    sources = List.copyOf(slots.sources);
    slots.formulas.forEach((slot, expression) -> formulas[slot] = expression);
    boolean anyObject = false;
    for (int slot = 0; slot < size; slot++) {
      isObject[slot] = readers[slot] != null && readers[slot].isObject();
      anyObject |=
          isObject[slot] || (formulas[slot] != null && formulas[slot].type() != Type.NUMBER);
    }
    hasObjects = anyObject;
    formulaSlots = slots.formulas.keySet().stream().mapToInt(Integer::intValue).sorted().toArray();
    noKey = without(Status.NO_KEY);
    failed = without(Status.ERROR);
    blocked = new KeyValues(readers.length, hasObjects);
    for (int slot = 0; slot < readers.length; slot++) {
      // This includes formulas: no feature of a blocked group has a value, not even a default.
      blocked.setNone(slot, Status.BLOCKED);
    }
  }

  /** The values if no item can be read. A formula may still have its default. */
  private KeyValues without(Status reason) {
    KeyValues values = new KeyValues(readers.length, hasObjects);
    for (int slot = 0; slot < readers.length; slot++) {
      values.setNone(slot, reason);
    }
    for (int slot : formulaSlots) {
      values.setFormula(slot, formulas[slot]);
    }
    return values;
  }

  /** Collects what to read from a group's items. */
  public static final class Builder {
    private final Group group;
    private final ItemSchema schema;
    private final List<ItemReader> readers = new ArrayList<>();
    private final List<List<Feature.Stored>> sources = new ArrayList<>();
    private final Map<Object, Integer> slots = new HashMap<>();
    private final Map<Integer, FeatureFormula> pending = new TreeMap<>();
    private final Map<Integer, Expression> formulas = new HashMap<>();
    private int features;

    public Builder(Group group) {
      this.group = group;
      this.schema = group.itemSchema();
    }

    /**
     * Returns true if the feature has the same value for all candidates with the same key of its
     * group.
     */
    public static boolean isOfItem(Feature feature) {
      return !(feature.origin() instanceof Feature.Computed computed)
          || computed.formula().operands().stream()
              .allMatch(operand -> operand.group() == feature.group() && field(operand) == null);
    }

    /** The candidate's field that the operand looks up; null if there is none. */
    public static String field(FeatureOperand operand) {
      if (operand instanceof FeatureOperand.Contains contains) {
        return contains.field();
      }
      if (operand instanceof FeatureOperand.Entry entry && entry.isField()) {
        return entry.label();
      }
      return operand instanceof FeatureOperand.Share share && share.isField()
          ? share.label()
          : null;
    }

    /** The slot of a feature. Add all features before any operand. */
    public int feature(Feature feature) {
      int slot = readers.size();
      features = slot + 1;
      if (feature.origin() instanceof Feature.Stored stored) {
        slots.putIfAbsent(stored, slot);
        add(ItemReader.of(schema, stored.output(), stored.interval()), stored);
      } else if (feature.origin() instanceof Feature.Computed computed) {
        pending.put(slot, computed.formula());
        readers.add(null);
        sources.add(List.of());
      }
      return slot;
    }

    /**
     * The slot of an operand. If a candidate's field names the label, it is the slot of the whole
     * histogram or of all shares; for {@code contains}, of the texts of all entries.
     */
    public int operand(FeatureOperand operand) {
      Feature.Stored output = new Feature.Stored(operand.output(), operand.interval());
      boolean isOutput =
          operand instanceof FeatureOperand.Value
              || operand instanceof FeatureOperand.Scalar
              || (operand instanceof FeatureOperand.Entry entry && entry.isField());
      Object wanted = isOutput ? output : operand;
      Integer known = slots.get(wanted);
      if (known != null) {
        return known;
      }
      int slot = readers.size();
      slots.put(wanted, slot);
      if (operand instanceof FeatureOperand.Quotient quotient) {
        add(
            ItemReader.of(schema, operand),
            output,
            new Feature.Stored(quotient.divisor(), operand.interval()));
      } else if (isOutput) {
        add(ItemReader.of(schema, operand.output(), operand.interval()), output);
      } else {
        add(ItemReader.of(schema, operand), output);
      }
      return slot;
    }

    private void add(ItemReader reader, Feature.Stored... of) {
      readers.add(reader);
      sources.add(List.of(of));
    }

    /** Builds the evaluator. Add all features and operands before. */
    public GroupEvaluator build() {
      pending.forEach((slot, formula) -> formulas.put(slot, formula.compile(this::operand)));
      return new GroupEvaluator(this);
    }
  }

  /** The number of feature slots. They come first. */
  public int features() {
    return features;
  }

  /** The values of a candidate that lacks a key field. */
  public KeyValues noKey() {
    return noKey;
  }

  /** The values of a key for which the store failed. */
  KeyValues failed() {
    return failed;
  }

  /** Returns true if this object is shared by all keys that have no item of their own. */
  public boolean isShared(KeyValues values) {
    Counted current = counted;
    return values == noKey
        || values == failed
        || values == blocked
        || (current != null && values == current.absent);
  }

  /** The values of a key that a rule blocks. */
  public KeyValues blocked() {
    return blocked;
  }

  /**
   * The values of a key.
   *
   * @param item the stored item, or null
   * @param asOfMillis the instant of the values, epoch milliseconds
   * @param clockMillis the current time, by which the item expires, epoch milliseconds
   * @param stale whether the store failed and the item is a copy that is too old
   */
  public KeyValues of(
      StoredItem item, long asOfMillis, long clockMillis, boolean stale, CountedMeasures measures) {
    return item == null || item.isExpiredAt(clockMillis)
        ? absent(measures)
        : values(new ItemView(item.values(), asOfMillis), stale, measures);
  }

  /** The values of a key for which nothing is stored. */
  KeyValues absent(CountedMeasures measures) {
    return counted(measures).absent;
  }

  /**
   * The values of a stored item.
   *
   * @param stale whether the store failed and the item is a copy that is too old
   */
  public KeyValues values(ItemView view, boolean stale, CountedMeasures measures) {
    Status found = stale ? Status.STALE : view.isNewer() ? Status.NEWER : Status.OK;
    KeyValues values = new KeyValues(readers.length, hasObjects);
    for (int slot = 0; slot < readers.length; slot++) {
      ItemReader reader = readers[slot];
      if (reader == null) {
        continue;
      }
      double value = reader.number(view);
      if (isObject[slot]) {
        Object object = reader.object(view);
        boolean isNull = object == null && Double.isNaN(value);
        values.set(slot, value, object, isNull ? Status.UNDEFINED : found);
      } else {
        values.set(slot, value, Double.isNaN(value) ? Status.UNDEFINED : found);
      }
    }
    setUncounted(values, counted(measures).uncounted);
    for (int slot : formulaSlots) {
      values.setFormula(slot, formulas[slot]);
    }
    return values;
  }

  private static void setUncounted(KeyValues values, boolean[] uncounted) {
    for (int slot = 0; uncounted != null && slot < uncounted.length; slot++) {
      if (uncounted[slot]) {
        values.setNone(slot, Status.NOT_COUNTED);
      }
    }
  }

  private Counted counted(CountedMeasures measures) {
    Counted current = counted;
    if (current == null || current.measures != measures) {
      boolean[] uncounted = uncounted(measures);
      current = new Counted(measures, uncounted, absent(uncounted));
      counted = current;
    }
    return current;
  }

  private boolean[] uncounted(CountedMeasures measures) {
    boolean[] uncounted = new boolean[readers.length];
    boolean any = false;
    for (int slot = 0; slot < uncounted.length; slot++) {
      for (Feature.Stored source : sources.get(slot)) {
        uncounted[slot] |=
            !measures.counts(
                group.name(),
                group.itemSchema().output(source.output()).name(),
                source.interval() < 0
                    ? CatalogItem.NO_INTERVAL
                    : group.schema().intervals().get(source.interval()).label());
      }
      any |= uncounted[slot];
    }
    return any ? uncounted : null;
  }

  private KeyValues absent(boolean[] uncounted) {
    KeyValues values = new KeyValues(readers.length, hasObjects);
    for (int slot = 0; slot < readers.length; slot++) {
      if (isObject[slot]) {
        values.set(
            slot, readers[slot].ofAbsent(), readers[slot].objectOfAbsent(), Status.NOT_FOUND);
      } else if (readers[slot] != null) {
        values.set(slot, readers[slot].ofAbsent(), Status.NOT_FOUND);
      }
    }
    setUncounted(values, uncounted);
    for (int slot : formulaSlots) {
      values.setFormula(slot, formulas[slot]);
    }
    return values;
  }
}
