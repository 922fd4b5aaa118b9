package io.countermachine.catalog;

import io.countermachine.expression.Formula;
import io.countermachine.expression.FormulaException;
import io.countermachine.expression.Node;
import io.countermachine.expression.Scope;
import io.countermachine.expression.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The fields of events that the catalog's conditions, weights, labels and entries name, by index.
 * An event only carries these.
 */
public final class EventFields {
  /** The slot of {@code eventTs} in formulas over events: epoch milliseconds. */
  static final int INSTANT = -1;

  /** The slot of {@code eventName} in formulas over events. */
  static final int NAME = -2;

  /**
   * One field.
   *
   * @param index its index in the values of an event
   * @param place its place in a record
   */
  public record Field(int index, String name, FieldPlace place) {}

  private final List<Field> fields;

  private EventFields(List<Field> fields) {
    this.fields = List.copyOf(fields);
  }

  /** No fields. */
  public static EventFields none() {
    return new EventFields(List.of());
  }

  /** All fields, by their indexes. */
  public List<Field> fields() {
    return fields;
  }

  /** The index of the field of that name; -1 if there is none. */
  public int index(String name) {
    for (Field field : fields) {
      if (field.name().equals(name)) {
        return field.index();
      }
    }
    return -1;
  }

  /** The number of fields, which is the length of the array of an event's values. */
  public int size() {
    return fields.size();
  }

  /** Collects the fields that a catalog names while it is parsed. */
  public static final class Builder implements Scope {
    private final Map<String, Integer> indexes = new LinkedHashMap<>();

    /**
     * Compiles a formula over events, and collects the fields that it names.
     *
     * @throws FormulaException if a name is not a field, or an operand has a wrong type
     */
    public EventExpression compile(Formula formula) {
      Set<Integer> named = new HashSet<>();
      Scope noting =
          name -> {
            Operand operand = value(name);
            if (operand.slot() >= 0) {
              named.add(operand.slot());
            }
            return operand;
          };
      return new EventExpression(formula.text(), formula.compile(noting), named);
    }

    /**
     * The label of a formula. A formula that is only the name of a field gives that field.
     *
     * @throws FormulaException as {@link #compile}
     */
    public EventLabel label(Formula formula) {
      EventExpression by = compile(formula);
      boolean alone = formula.root() instanceof Node.Reference;
      int slot = alone ? value((Node.Reference) formula.root()).slot() : -1;
      return new EventLabel(by, Math.max(slot, -1));
    }

    /** The label of a field, whatever its name. */
    public EventLabel label(String field) {
      return label(
          Formula.of(
              field, new Node.Reference(List.of(field), Optional.empty(), Optional.empty(), 0)));
    }

    @Override
    public Operand value(Node.Reference name) {
      if (name.label().isPresent() || name.path().size() > 1) {
        throw new FormulaException(
            name.position(),
            "\"%s\" is not a field name; use plain names, and define their places in the catalog's `fields`"
                .formatted(name.shown()));
      }
      String field = name.path().get(0);
      return switch (field) {
        case "eventTs" -> new Operand(INSTANT, Type.NUMBER);
        case "eventName" -> new Operand(NAME, Type.TEXT);
        default -> new Operand(index(field), Type.NUMBER_OR_TEXT);
      };
    }

    /**
     * The fields of an entry. {@code eventName} is the counted event's name, {@code eventTs} the
     * timestamp as written in the record.
     */
    public EntryFields entry(List<String> names) {
      return new EntryFields(
          names.stream().map(name -> name.equals("eventName") ? NAME : index(name)).toList());
    }

    /** The index of a field; assigned if it has none yet. */
    public int index(String field) {
      return indexes.computeIfAbsent(field, missing -> indexes.size());
    }

    /** The names collected so far. */
    public Set<String> names() {
      return Collections.unmodifiableSet(indexes.keySet());
    }

    /** The collected fields, with the places of those that are not under their own names. */
    public EventFields build(Map<String, FieldPlace> places) {
      List<Field> fields = new ArrayList<>();
      indexes.forEach(
          (name, index) ->
              fields.add(
                  new Field(index, name, places.getOrDefault(name, FieldPlace.named(name)))));
      return new EventFields(fields);
    }
  }
}
