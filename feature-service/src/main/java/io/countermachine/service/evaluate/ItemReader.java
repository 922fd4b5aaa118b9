package io.countermachine.service.evaluate;

import io.countermachine.catalog.FeatureOperand;
import io.countermachine.measure.Form;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.LabelStatistics;
import io.countermachine.measure.LabelValue;
import io.countermachine.measure.TimedEntry;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Reads one value from an item: a number, or an object. */
abstract class ItemReader {
  /** The number at the view's instant; NaN if it is undefined, or if the value is not a number. */
  abstract double number(ItemView view);

  /** The number if no item is stored; NaN for none. */
  abstract double ofAbsent();

  /** Returns true if the value may be something other than a double. */
  boolean isObject() {
    return false;
  }

  /** The value if it is not a double; null otherwise. */
  Object object(ItemView view) {
    return null;
  }

  /** The value if no item is stored and it is not a double. */
  Object objectOfAbsent() {
    return null;
  }

  /**
   * Reads an output at an interval, by their indexes in a schema. The interval is -1 for lists,
   * firsts and lasts.
   */
  static ItemReader of(ItemSchema schema, int output, int interval) {
    return switch (schema.output(output).form()) {
      case DECAYING ->
          schema.numberColumn(output, interval) >= 0
                  && schema.schema().intervals().get(interval).isDecayed()
              ? decayed(output, interval, schema.numberColumn(output, interval))
              : number(output, interval, 0);
      case CONSTANT -> number(output, interval, Double.NaN);
      case LABELS -> labels(output, interval);
      case LIST -> list(output, schema.output(output).kind().fields());
      case SCALAR -> scalar(output);
    };
  }

  /** Reads an operand of a formula that depends on the item alone. */
  static ItemReader of(ItemSchema schema, FeatureOperand operand) {
    int output = operand.output();
    int interval = operand.interval();
    if (operand instanceof FeatureOperand.Quotient quotient) {
      return quotient(
          output,
          schema.numberColumn(output, interval),
          quotient.divisor(),
          schema.numberColumn(quotient.divisor(), interval));
    }
    if (operand instanceof FeatureOperand.Entry entry && !entry.isField()) {
      return ofItem(0, view -> LabelStatistics.entry(view.labels(output, interval), entry.label()));
    }
    if (operand instanceof FeatureOperand.Share share) {
      return share.isField()
          ? parts(output, interval)
          : ofItem(
              Double.NaN,
              view -> LabelStatistics.share(view.parts(output, interval), share.label()));
    }
    if (operand instanceof FeatureOperand.Entropy) {
      return ofItem(Double.NaN, view -> LabelStatistics.entropy(view.parts(output, interval)));
    }
    if (operand instanceof FeatureOperand.Size) {
      return schema.output(output).form() == Form.LIST
          ? ofItem(0, view -> view.entries(output).size())
          : ofItem(0, view -> view.labels(output, interval).size());
    }
    if (operand instanceof FeatureOperand.Age) {
      return ofItem(Double.NaN, view -> view.ageHours(output));
    }
    if (operand instanceof FeatureOperand.Contains contains) {
      return texts(output, contains.entryField());
    }
    return of(schema, output, interval);
  }

  private static ItemReader decayed(int output, int interval, int column) {
    return new ItemReader() {
      @Override
      double number(ItemView view) {
        return view.decayed(output, interval, column);
      }

      @Override
      double ofAbsent() {
        return 0;
      }
    };
  }

  private static ItemReader number(int output, int interval, double ofAbsent) {
    return new ItemReader() {
      @Override
      double number(ItemView view) {
        return view.number(output, interval);
      }

      @Override
      double ofAbsent() {
        return ofAbsent;
      }
    };
  }

  private static ItemReader quotient(int of, int ofColumn, int per, int perColumn) {
    return new ItemReader() {
      @Override
      double number(ItemView view) {
        return view.quotient(of, ofColumn, per, perColumn);
      }

      @Override
      double ofAbsent() {
        return Double.NaN;
      }
    };
  }

  /** Reads values that are never numbers. */
  private abstract static class ObjectReader extends ItemReader {
    @Override
    final double number(ItemView view) {
      return Double.NaN;
    }

    @Override
    final double ofAbsent() {
      return Double.NaN;
    }

    @Override
    final boolean isObject() {
      return true;
    }
  }

  private static ItemReader labels(int output, int interval) {
    return ofLabels(view -> view.labels(output, interval));
  }

  /** Reads the shares of all labels. Each candidate looks up some of them. */
  private static ItemReader parts(int output, int interval) {
    return ofLabels(view -> view.parts(output, interval));
  }

  private static ItemReader ofLabels(Function<ItemView, List<LabelValue>> labels) {
    return new ObjectReader() {
      @Override
      Object object(ItemView view) {
        return labels.apply(view);
      }

      @Override
      Object objectOfAbsent() {
        return List.<LabelValue>of();
      }
    };
  }

  private static ItemReader list(int output, List<String> fields) {
    ListEntries none = new ListEntries(fields, List.of());
    return new ObjectReader() {
      @Override
      Object object(ItemView view) {
        return new ListEntries(fields, view.entries(output));
      }

      @Override
      Object objectOfAbsent() {
        return none;
      }
    };
  }

  /**
   * Reads the texts of one field of a list's entries, in which many candidates look up their own.
   */
  private static ItemReader texts(int output, int field) {
    return new ObjectReader() {
      @Override
      Object object(ItemView view) {
        Set<String> texts = new HashSet<>();
        for (TimedEntry entry : view.entries(output)) {
          if (entry.field(field) != null) {
            texts.add(entry.field(field).toString());
          }
        }
        return texts;
      }

      @Override
      Object objectOfAbsent() {
        return Set.<String>of();
      }
    };
  }

  /**
   * Reads a first or last: a text, a double, or an integer, which may have more digits than a
   * double can hold.
   */
  private static ItemReader scalar(int output) {
    return new ItemReader() {
      @Override
      double number(ItemView view) {
        return value(view) instanceof Number number ? number.doubleValue() : Double.NaN;
      }

      @Override
      double ofAbsent() {
        return Double.NaN;
      }

      @Override
      boolean isObject() {
        return true;
      }

      @Override
      Object object(ItemView view) {
        Object value = value(view);
        return value instanceof Double ? null : value;
      }

      private Object value(ItemView view) {
        List<TimedEntry> entries = view.entries(output);
        return entries.isEmpty() ? null : entries.get(0).field(0);
      }
    };
  }

  private static ItemReader ofItem(double ofAbsent, ToDoubleFunction<ItemView> function) {
    return new ItemReader() {
      @Override
      double number(ItemView view) {
        return function.applyAsDouble(view);
      }

      @Override
      double ofAbsent() {
        return ofAbsent;
      }
    };
  }
}
