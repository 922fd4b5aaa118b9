package io.countermachine.catalog.yaml;

import io.countermachine.catalog.GroupFormula;
import io.countermachine.catalog.Metadata;
import io.countermachine.catalog.Ratio;
import io.countermachine.catalog.RatioFormula;
import io.countermachine.catalog.Suggestions;
import io.countermachine.measure.Form;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.Output;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;

/** Reads the ratios and formulas of a group. Their names are resolved later. */
final class FormulasReader {
  private static final String RATIOS = "ratios";
  private static final String FEATURES = "features";
  private static final String FORMULA = "formula";

  private final String group;
  private final YamlMap map;
  private final Map<String, String> listsOfNames;
  private final FormulaReader formulas;
  private final Faults faults;
  private final List<GroupFormula> read = new ArrayList<>();
  private final Map<String, Node> nodes = new LinkedHashMap<>();

  /**
   * Creates a reader.
   *
   * @param listsOfNames the names of measures, each with its list; the names of formulas are added
   */
  FormulasReader(
      String group,
      YamlMap map,
      Map<String, String> listsOfNames,
      FormulaReader formulas,
      Faults faults) {
    this.group = group;
    this.map = map;
    this.listsOfNames = listsOfNames;
    this.formulas = formulas;
    this.faults = faults;
  }

  /** The nodes of all names, including faulty ones. */
  Map<String, Node> nodes() {
    return nodes;
  }

  /** The ratios, then the formulas, without faulty ones. */
  List<GroupFormula> read(ItemSchema items) {
    if (map.has(RATIOS)) {
      YamlMap ratios = map.map(RATIOS);
      for (String name : ratios.names()) {
        NameRules.checkText(ratios.keyNode(name), "ratio", name, faults);
        boolean isNew = addName("ratio", name, ratios.keyNode(name));
        YamlMap ratio = new YamlMap(ratios.value(name), "ratio \"" + name + "\"", faults);
        readRatio(name, ratio, items).filter(found -> isNew).ifPresent(read::add);
      }
    }
    if (map.has(FEATURES)) {
      YamlMap features = map.map(FEATURES);
      for (String name : features.names()) {
        NameRules.checkFormula(features.keyNode(name), name, faults);
        boolean isNew = addName("formula", name, features.keyNode(name));
        readFormula(name, features).filter(found -> isNew).ifPresent(read::add);
      }
    }
    return read;
  }

  private boolean addName(String what, String name, Node node) {
    String list = what.equals("ratio") ? RATIOS : FEATURES;
    String other = listsOfNames.putIfAbsent(name, list);
    if (other != null) {
      faults.add(
          node,
          "clash: %s \"%s\" of group \"%s\" has the name of one of its %s"
              .formatted(what, name, group, other.equals(RATIOS) ? RATIOS : "measures"));
    }
    nodes.putIfAbsent(name, node);
    return other == null;
  }

  private Optional<GroupFormula> readFormula(String name, YamlMap features) {
    String told = "formula \"%s\" of group \"%s\"".formatted(name, group);
    YamlMap from = features;
    String key = name;
    Metadata metadata = Metadata.NONE;
    if (features.value(name) instanceof MappingNode) {
      from = new YamlMap(features.value(name), told, faults);
      from.allow(FORMULA, "description", "owner", "unit");
      if (from.requiredText(FORMULA).isEmpty()) {
        return Optional.empty();
      }
      key = FORMULA;
      metadata = MeasureDrafts.metadata(from);
    }
    Metadata said = metadata;
    return formulas
        .formula(from, key, told)
        .map(formula -> new GroupFormula(name, formula, false, Optional.empty(), said));
  }

  private Optional<GroupFormula> readRatio(String name, YamlMap ratio, ItemSchema items) {
    ratio.allow("of", "per", "prior", "weight", "description", "owner", "unit");
    int of = readOperand(ratio, "of", items);
    int per = readOperand(ratio, "per", items);
    Optional<Double> prior = ratio.number("prior");
    Optional<Double> weight = ratio.number("weight");
    if (ratio.has("prior") != ratio.has("weight")) {
      faults.add(
          ratio.node(),
          "ratio \"%s\" has only one of prior and weight; give both, or neither".formatted(name));
    }
    if (weight.isPresent() && weight.get() <= 0) {
      faults.add(
          ratio.value("weight"), "weight is not above 0; leave prior and weight out for none");
    }
    if (of < 0 || per < 0) {
      return Optional.empty();
    }
    double mean = prior.orElse(0.0);
    double evidence = weight.orElse(0.0);
    Output dividend = items.output(of);
    Output divisor = items.output(per);
    // Counts and sums are the first measures, with one output each at the same index.
    boolean plain = dividend.form() == Form.DECAYING && divisor.form() == Form.DECAYING;
    return Optional.of(
        new GroupFormula(
            name,
            RatioFormula.of(dividend.name(), divisor.name(), mean, evidence),
            true,
            plain ? Optional.of(new Ratio(name, of, per, mean, evidence)) : Optional.empty(),
            MeasureDrafts.metadata(ratio)));
  }

  private int readOperand(YamlMap ratio, String operand, ItemSchema items) {
    Optional<String> measure = ratio.requiredText(operand);
    if (measure.isEmpty()) {
      return -1;
    }
    int output = items.outputIndex(measure.get());
    if (output >= 0 && isNumber(items.output(output))) {
      return output;
    }
    faults.add(
        ratio.value(operand),
        "\"%s: %s\" is not a number of group \"%s\"; %s"
            .formatted(
                operand,
                measure.get(),
                group,
                Suggestions.of(
                    measure.get(),
                    items.outputs().stream()
                        .filter(FormulasReader::isNumber)
                        .map(Output::name)
                        .toList())));
    return -1;
  }

  private static boolean isNumber(Output output) {
    return output.form() == Form.DECAYING || output.form() == Form.CONSTANT;
  }
}
