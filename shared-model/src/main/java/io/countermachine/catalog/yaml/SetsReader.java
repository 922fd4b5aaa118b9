package io.countermachine.catalog.yaml;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Feature;
import io.countermachine.catalog.FeatureNames;
import io.countermachine.catalog.FeatureSet;
import io.countermachine.catalog.Metadata;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;

/** Reads the named lists of features. */
final class SetsReader {
  private static final String SETS = "sets";
  private static final String FEATURES = "features";

  private final YamlMap root;
  private final Catalog catalog;
  private final GroupsReader groups;
  private final Faults faults;

  SetsReader(YamlMap root, Catalog catalog, GroupsReader groups, Faults faults) {
    this.root = root;
    this.catalog = catalog;
    this.groups = groups;
    this.faults = faults;
  }

  /** The sets, each a list of features or a mapping with one. */
  List<FeatureSet> read() {
    List<FeatureSet> sets = new ArrayList<>();
    if (!root.has(SETS)) {
      return sets;
    }
    YamlMap map = root.map(SETS);
    for (String name : map.names()) {
      NameRules.checkIdentifier(map.keyNode(name), "set", name, faults);
      if (map.value(name) instanceof MappingNode) {
        YamlMap set = new YamlMap(map.value(name), "set \"" + name + "\"", faults);
        set.allow(FEATURES, "description", "owner", "unit", "version");
        sets.add(
            new FeatureSet(
                name,
                features(name, set.texts(FEATURES), map.keyNode(name)),
                MeasureDrafts.metadata(set),
                set.text("version")));
      } else {
        sets.add(
            new FeatureSet(
                name,
                features(name, map.texts(name), map.keyNode(name)),
                Metadata.NONE,
                Optional.empty()));
      }
    }
    return sets;
  }

  private List<Feature> features(String set, Map<String, Node> texts, Node node) {
    if (texts.isEmpty()) {
      faults.add(node, "set \"%s\" lists no feature".formatted(set));
    }
    Set<Feature> features = new LinkedHashSet<>();
    texts.forEach(
        (text, at) -> {
          Optional<Feature> feature = catalog.feature(text);
          if (feature.isEmpty()) {
            if (!groups.isOfUnresolvedFormula(text)) {
              faults.add(
                  at,
                  "unknown feature \"%s\" in set \"%s\"; %s"
                      .formatted(text, set, FeatureNames.whatIsUnknown(text, catalog)));
            }
          } else if (!features.add(feature.get())) {
            faults.add(at, "duplicate feature \"%s\" in set \"%s\"".formatted(text, set));
          }
        });
    return List.copyOf(features);
  }
}
