package io.countermachine.catalog.yaml;

import java.util.List;

/** Words of catalogs that this version does not know yet: clear faults, not unknown keys. */
final class Unsupported {
  /** In an event: verbs, and what goes with them. */
  static final List<String> EVENTS = List.of("settle");

  private Unsupported() {}

  /** Notes each of the words that the mapping has; returns whether there was one. */
  static boolean check(YamlMap map, List<String> words, String supported, Faults faults) {
    boolean found = false;
    for (String word : words) {
      if (map.has(word)) {
        faults.add(map.keyNode(word), "\"%s\" is not supported yet; %s".formatted(word, supported));
        found = true;
      }
    }
    return found;
  }
}
