package io.countermachine.catalog;

import io.countermachine.measure.Interval;
import io.countermachine.measure.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * The meaning of a set, in three parts of 8 hexadecimal digits each, such as {@code
 * 1b2c…-9f00…-77aa…}. A model keeps the hash of the set that it was trained on, and comparing two
 * hashes shows which part differs. Descriptions and a set's version are not included.
 *
 * @param features hash of the features' names and their order
 * @param forms hash of the type, unit and default of each
 * @param definitions hash of the definition of each: keys, events, conditions, weights, intervals,
 *     formulas
 */
public record FeatureSetHash(String features, String forms, String definitions) {
  private static final int DIGITS = 8;
  private static final String SEPARATOR = "-";
  private static final String EXPECTED = "[0-9a-f]{8}(-[0-9a-f]{8}){2}";

  /** The hash of a set of a catalog. */
  public static FeatureSetHash of(FeatureSet set, Catalog catalog) {
    StringJoiner names = new StringJoiner("\n");
    StringJoiner forms = new StringJoiner("\n");
    StringJoiner definitions = new StringJoiner("\n");
    for (Feature feature : set.features()) {
      names.add(feature.name());
      forms.add(form(feature));
      definitions.add(definition(feature, catalog));
    }
    return new FeatureSetHash(digits(names), digits(forms), digits(definitions));
  }

  /** Parses the output of {@link #toString}; empty if the text has another form. */
  public static Optional<FeatureSetHash> parse(String text) {
    if (!text.matches(EXPECTED)) {
      return Optional.empty();
    }
    String[] parts = text.split(SEPARATOR, -1);
    return Optional.of(new FeatureSetHash(parts[0], parts[1], parts[2]));
  }

  /** The parts that differ from another hash of the set, in words; empty if they are equal. */
  public List<String> differences(FeatureSetHash other) {
    List<String> differences = new ArrayList<>();
    if (!features.equals(other.features)) {
      differences.add("its features or their order");
    }
    if (!forms.equals(other.forms)) {
      differences.add("the type, unit or default of a feature");
    }
    if (!definitions.equals(other.definitions)) {
      differences.add("what a feature is made of");
    }
    return differences;
  }

  private static String digits(StringJoiner text) {
    return CatalogHash.of(text.toString()).substring(0, DIGITS);
  }

  private static String form(Feature feature) {
    return feature.type()
        + " "
        + feature.metadata().unit().orElse("")
        + " "
        + feature.ratio().map(Ratio::prior).map(Object::toString).orElse("");
  }

  private static String definition(Feature feature, Catalog catalog) {
    if (feature.origin() instanceof Feature.Stored stored) {
      return output(feature.group(), stored.output(), catalog)
          + interval(feature.group(), stored.interval());
    }
    FeatureFormula formula = ((Feature.Computed) feature.origin()).formula();
    StringJoiner text = new StringJoiner(" ");
    text.add(formula.definition().formula().text());
    formula.definition().ratio().ifPresent(ratio -> text.add(ratio.prior() + " " + ratio.weight()));
    formula
        .operands()
        .forEach(
            operand ->
                text.add(
                    output(operand.group(), operand.output(), catalog)
                        + interval(operand.group(), operand.interval())));
    return text.toString();
  }

  private static String interval(Group group, int interval) {
    List<Interval> all = group.schema().intervals();
    return interval < 0 ? "" : " at " + all.get(interval);
  }

  private static String output(Group group, int index, Catalog catalog) {
    Output output = group.itemSchema().output(index);
    StringJoiner text = new StringJoiner(" ");
    text.add(group.keyFields().toString());
    text.add(output.kind().toString());
    text.add(Integer.toString(output.statistic()));
    for (Feed feed : group.feeds()) {
      if (feed.measure() == output.measure()) {
        text.add("of");
        text.add(event(feed.event(), catalog));
        feed.label().ifPresent(label -> text.add("by " + label.by()));
      }
    }
    return text.toString();
  }

  /**
   * An event with everything that it is derived from. The record's {@code toString} has every part
   * of a derivation, so none can be forgotten here.
   */
  private static String event(String name, Catalog catalog) {
    EventType type = catalog.events().get(name);
    StringJoiner text = new StringJoiner(" ");
    text.add(name);
    type.valueField().ifPresent(field -> text.add("value " + field));
    type.derivation()
        .ifPresent(
            derivation -> {
              text.add(derivation.toString());
              derivation
                  .sources()
                  .keySet()
                  .forEach(source -> text.add("(" + event(source, catalog) + ")"));
            });
    return text.toString();
  }

  @Override
  public String toString() {
    return String.join(SEPARATOR, features, forms, definitions);
  }
}
