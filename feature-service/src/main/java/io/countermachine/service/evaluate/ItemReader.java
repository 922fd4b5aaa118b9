package io.countermachine.service.evaluate;

import io.countermachine.catalog.FeatureOperand;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.LabelValue;
import java.util.List;

/** Reads one value from an item: a number, or something else as an object. */
abstract class ItemReader {
  /** The number at the view's instant; NaN where it is undefined, or the value is no number. */
  abstract double number(ItemView view);

  /** The number where no item is stored. */
  abstract double ofAbsent();

  /** Whether the value is no number. */
  boolean isObject() {
    return false;
  }

  /** The value where it is no number. */
  Object object(ItemView view) {
    return null;
  }

  /** The value where no item is stored and it is no number. */
  Object objectOfAbsent() {
    return null;
  }

  /** Reads an output at an interval, by their indexes in a schema. */
  static ItemReader of(ItemSchema schema, int output, int interval) {
    return switch (schema.output(output).form()) {
      case DECAYING ->
          schema.numberColumn(output, interval) >= 0
                  && schema.schema().intervals().get(interval).isDecayed()
              ? decayed(output, interval, schema.numberColumn(output, interval))
              : number(output, interval, 0);
      case CONSTANT -> number(output, interval, Double.NaN);
      case LABELS -> labels(output, interval);
      case LIST, SCALAR ->
          throw new IllegalArgumentException(
              "output %s is no number and no histogram".formatted(schema.output(output).name()));
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
      return ofLabels(output, interval, 0, shown -> Labels.entry(shown, entry.label()));
    }
    if (operand instanceof FeatureOperand.Share share && !share.isField()) {
      return ofLabels(output, interval, Double.NaN, shown -> Labels.share(shown, share.label()));
    }
    if (operand instanceof FeatureOperand.Entropy) {
      return ofLabels(output, interval, Double.NaN, Labels::entropy);
    }
    if (operand instanceof FeatureOperand.Size) {
      return ofLabels(output, interval, 0, List::size);
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

  private static ItemReader labels(int output, int interval) {
    return new ItemReader() {
      @Override
      double number(ItemView view) {
        return Double.NaN;
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
        return view.labels(output, interval);
      }

      @Override
      Object objectOfAbsent() {
        return List.<LabelValue>of();
      }
    };
  }

  private interface OfLabels {
    double number(List<LabelValue> shown);
  }

  private static ItemReader ofLabels(int output, int interval, double ofAbsent, OfLabels function) {
    return new ItemReader() {
      @Override
      double number(ItemView view) {
        return function.number(view.labels(output, interval));
      }

      @Override
      double ofAbsent() {
        return ofAbsent;
      }
    };
  }
}
