package io.countermachine.catalog.yaml;

import io.countermachine.catalog.FormulaResolver;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.GroupFormula;
import io.countermachine.catalog.GroupPolicy;
import io.countermachine.catalog.yaml.GroupReader.CatalogContext;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.nodes.Node;

/** Reads all groups, and checks their formulas when all are known. */
final class GroupsReader {
  private final YamlMap root;
  private final YamlMap map;
  private final CatalogContext context;
  private final Faults faults;
  private final Set<String> faulty = new HashSet<>();

  /**
   * Creates a reader.
   *
   * @param map the mapping of groups; null if there is none
   */
  GroupsReader(YamlMap root, YamlMap map, CatalogContext context, Faults faults) {
    this.root = root;
    this.map = map;
    this.context = context;
    this.faults = faults;
  }

  /** The groups, without faulty formulas; faults are collected. */
  List<Group> read() {
    if (map == null || map.names().isEmpty()) {
      faults.add(
          map == null ? root.node() : root.keyNode(root.has("groups") ? "groups" : "cross"),
          "the catalog needs groups, such as groups: {user: {key: [userId], counts: [view]}}");
      return List.of();
    }
    Map<Group, Map<String, Node>> groups = new LinkedHashMap<>();
    for (String name : map.names()) {
      NameRules.checkIdentifier(map.keyNode(name), "group", name, faults);
      YamlMap group = new YamlMap(map.value(name), "group \"" + name + "\"", faults);
      GroupReader reader = new GroupReader(name, group, context, faults);
      Group read = reader.read();
      groups.put(read, reader.formulaNodes());
    }
    boolean sound = checkFormulas(groups);
    return groups.keySet().stream().map(group -> sound ? group : withoutFormulas(group)).toList();
  }

  private boolean checkFormulas(Map<Group, Map<String, Node>> groups) {
    FormulaResolver resolver = new FormulaResolver(groups.keySet());
    Set<String> unparsed = unparsed(groups);
    boolean sound = unparsed.isEmpty();
    for (Map.Entry<Group, Map<String, Node>> entry : groups.entrySet()) {
      Group group = entry.getKey();
      for (GroupFormula formula : group.formulas()) {
        Optional<String> fault =
            formula.formula().references().stream()
                    .anyMatch(name -> name.path().stream().anyMatch(unparsed::contains))
                ? Optional.empty()
                : resolver.fault(group, formula);
        fault.ifPresent(
            what ->
                faults.add(
                    entry.getValue().get(formula.name()),
                    "formula \"%s\" of group \"%s\": %s"
                        .formatted(formula.name(), group.name(), what)));
        sound &= fault.isEmpty();
      }
      entry.getValue().keySet().forEach(name -> faulty.add(group.name() + "." + name));
    }
    if (sound) {
      faulty.clear();
    }
    return sound;
  }

  /** The names of formulas that could not be parsed. Formulas that name them cannot be checked. */
  private static Set<String> unparsed(Map<Group, Map<String, Node>> groups) {
    Set<String> unparsed = new HashSet<>();
    groups.forEach(
        (group, nodes) ->
            nodes.keySet().stream()
                .filter(name -> group.formula(name).isEmpty())
                .forEach(unparsed::add));
    return unparsed;
  }

  private static Group withoutFormulas(Group group) {
    return new Group(
        group.itemSchema(),
        group.feeds(),
        List.of(),
        Map.of(),
        new GroupPolicy(group.retain(), group.precision(), group.notes()));
  }

  /**
   * Returns true if a feature may be unknown only because formulas could not be resolved, which is
   * reported already.
   */
  boolean isOfUnresolvedFormula(String feature) {
    int dot = feature.lastIndexOf('.');
    return faulty.contains(feature) || (dot > 0 && faulty.contains(feature.substring(0, dot)));
  }
}
