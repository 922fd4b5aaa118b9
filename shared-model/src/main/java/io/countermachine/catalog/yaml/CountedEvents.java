package io.countermachine.catalog.yaml;

import io.countermachine.catalog.EventType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** If a catalog has no list of events, those that groups count may arrive. */
final class CountedEvents {
  /** The lists of measures that do not need the values of their events. */
  private static final List<String> LISTS =
      List.of("counts", "histograms", "uniques", "lists", "firsts", "lasts");

  private static final String OF = "of";

  private CountedEvents() {}

  static Map<String, EventType> of(YamlMap groups) {
    Map<String, EventType> events = new LinkedHashMap<>();
    if (groups != null) {
      for (String group : groups.names()) {
        Faults toldLater = new Faults("");
        YamlMap map = new YamlMap(groups.value(group), group, toldLater);
        for (String list : LISTS) {
          names(map, list, toldLater)
              .forEach(name -> events.put(name, new EventType(name, Optional.empty())));
        }
      }
    }
    return events;
  }

  /** The entries of a list; for a map, its values or their {@code of}. */
  private static List<String> names(YamlMap group, String list, Faults faults) {
    if (!group.has(list) || !(group.value(list) instanceof MappingNode)) {
      return List.copyOf(group.texts(list).keySet());
    }
    List<String> names = new ArrayList<>();
    YamlMap measures = group.map(list);
    for (String measure : measures.names()) {
      if (measures.value(measure) instanceof ScalarNode) {
        measures.text(measure).ifPresent(names::add);
      } else {
        names.addAll(eventsOf(new YamlMap(measures.value(measure), measure, faults)));
      }
    }
    return names;
  }

  /** The event or events of a measure. */
  private static List<String> eventsOf(YamlMap measure) {
    return measure.has(OF) && measure.value(OF) instanceof SequenceNode
        ? List.copyOf(measure.texts(OF).keySet())
        : measure.text(OF).stream().toList();
  }
}
