package io.countermachine.catalog.yaml;

import io.countermachine.catalog.IntervalLabel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads {@code cross}: many groups with the same measures and intervals. Each product is added to
 * the groups as if it had been written there, with the original nodes of the file. So each fault is
 * reported with its line.
 */
final class CrossReader {
  private static final String GROUPS = "groups";
  private static final String CROSS = "cross";
  private static final String KEYS = "keys";
  private static final String KEY = "key";
  private static final String OF = "of";
  private static final String INTERVALS = "intervals";
  private static final String EXCEPT = "except";
  private static final List<String> FORMULAS = List.of("ratios", "features");
  private static final List<String> POLICY = List.of("retain", "precision", "maxStale");

  /** Lists whose measures have no interval. */
  private static final Set<String> ENTRIES =
      Set.of(EntriesReader.LISTS, EntriesReader.FIRSTS, EntriesReader.LASTS);

  /**
   * Marks an interval that a measure has from the product or the catalog, and not from its own
   * list.
   */
  private static final Tag INHERITED = new Tag("!inherited");

  private final YamlMap root;
  private final Faults faults;
  private final Map<String, NodeTuple> groups = new LinkedHashMap<>();

  private CrossReader(YamlMap root, Faults faults) {
    this.root = root;
    this.faults = faults;
  }

  /** The mapping of groups including those of {@code cross}; null if the catalog has neither. */
  static YamlMap groups(YamlMap root, Faults faults) {
    if (!root.has(CROSS)) {
      return root.has(GROUPS) ? root.map(GROUPS) : null;
    }
    return new CrossReader(root, faults).read();
  }

  private YamlMap read() {
    YamlMap written = root.has(GROUPS) ? root.map(GROUPS) : null;
    if (written != null) {
      for (String name : written.names()) {
        groups.put(name, new NodeTuple(written.keyNode(name), written.value(name)));
      }
    }
    YamlMap cross = root.map(CROSS);
    for (String name : cross.names()) {
      new Product(name, new YamlMap(cross.value(name), "cross \"" + name + "\"", faults)).expand();
    }
    Node place = written == null ? root.value(CROSS) : written.node();
    return new YamlMap(mapping(place, List.copyOf(groups.values())), "\"" + GROUPS + "\"", faults);
  }

  /**
   * Returns true if a measure has an interval only because of {@code cross}. Like an interval of a
   * group, it is left out if the measure cannot have it.
   */
  static boolean isInherited(Node interval) {
    return interval.getTag().equals(INHERITED);
  }

  private static Node inherited(Node interval) {
    return interval instanceof ScalarNode scalar
        ? new ScalarNode(
            INHERITED,
            scalar.getValue(),
            scalar.getStartMark(),
            scalar.getEndMark(),
            scalar.getScalarStyle())
        : interval;
  }

  /** A mapping at the place of another node. */
  private static MappingNode mapping(Node place, List<NodeTuple> entries) {
    return new MappingNode(
        Tag.MAP, true, entries, place.getStartMark(), place.getEndMark(), FlowStyle.BLOCK);
  }

  private static ScalarNode scalar(Node place, String text) {
    return new ScalarNode(
        Tag.STR, text, place.getStartMark(), place.getEndMark(), ScalarStyle.PLAIN);
  }

  private static String text(Node node) {
    return node instanceof ScalarNode scalar ? scalar.getValue() : "";
  }

  /** One pattern of {@code except}: a group, a measure and an interval. */
  private static final class Exclusion {
    private final Node node;
    private final Pattern[] parts;
    private boolean used;

    Exclusion(Node node, String[] globs) {
      this.node = node;
      this.parts = Stream.of(globs).map(Exclusion::glob).toArray(Pattern[]::new);
    }

    private static Pattern glob(String text) {
      return Pattern.compile(
          Stream.of(text.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
    }

    boolean isOf(String group, String measure) {
      return parts[0].matcher(group).matches() && parts[1].matcher(measure).matches();
    }

    boolean takes(String interval) {
      return parts[2].matcher(interval).matches();
    }
  }

  /** The product of the keys, measures and intervals with one name. */
  private final class Product {
    private final String name;
    private final YamlMap map;
    private final List<Exclusion> exceptions = new ArrayList<>();

    Product(String name, YamlMap map) {
      this.name = name;
      this.map = map;
    }

    void expand() {
      map.allow(
          Stream.of(List.of(KEYS, INTERVALS, EXCEPT), MeasureReader.LISTS, FORMULAS, POLICY)
              .flatMap(List::stream)
              .toArray(String[]::new));
      if (!map.has(KEYS)) {
        faults.add(
            map.node(),
            "cross \"%s\" needs keys, such as keys: {user: [userId], post: [postId]}"
                .formatted(name));
        return;
      }
      map.texts(EXCEPT).forEach(this::addException);
      YamlMap keys = map.map(KEYS);
      for (String group : keys.names()) {
        List<NodeTuple> entries = entries(group, keys);
        NodeTuple written = groups.get(group);
        Node value =
            written == null
                ? mapping(keys.keyNode(group), entries)
                : merged(group, written.getValueNode(), entries);
        Node key = written == null ? keys.keyNode(group) : written.getKeyNode();
        groups.put(group, new NodeTuple(key, value));
      }
      for (Exclusion exception : exceptions) {
        if (!exception.used) {
          faults.add(
              exception.node,
              "\"%s\" excludes nothing from cross \"%s\"; expected group.measure.interval, where * is anything"
                  .formatted(text(exception.node), name));
        }
      }
    }

    private void addException(String pattern, Node node) {
      String[] parts = pattern.split("\\.", -1);
      if (parts.length != 3) {
        faults.add(
            node,
            "\"%s\" is not a pattern; expected group.measure.interval, where * is anything, such as user.*.1h"
                .formatted(pattern));
        return;
      }
      parts[2] = IntervalLabel.canonical(parts[2]).orElse(parts[2]);
      exceptions.add(new Exclusion(node, parts));
    }

    /** The entries of a group. */
    private List<NodeTuple> entries(String group, YamlMap keys) {
      boolean isMerged = groups.containsKey(group);
      List<NodeTuple> entries = new ArrayList<>();
      entries.add(new NodeTuple(scalar(keys.keyNode(group), KEY), keys.value(group)));
      for (String list : MeasureReader.LISTS) {
        if (map.has(list)) {
          entries.add(
              new NodeTuple(map.keyNode(list), measures(group, list, map.value(list), isMerged)));
        }
      }
      for (String list : FORMULAS) {
        if (map.has(list)) {
          entries.add(new NodeTuple(map.keyNode(list), formulas(group, map.value(list))));
        }
      }
      if (map.has(INTERVALS) && !isMerged) {
        entries.add(new NodeTuple(map.keyNode(INTERVALS), map.value(INTERVALS)));
      }
      for (String setting : POLICY) {
        if (map.has(setting)) {
          entries.add(new NodeTuple(map.keyNode(setting), map.value(setting)));
        }
      }
      return entries;
    }

    /** The measures of a list, with explicit intervals if those of the group are different. */
    private Node measures(String group, String list, Node measures, boolean isMerged) {
      List<NodeTuple> named = named(measures);
      if (named == null || ENTRIES.contains(list)) {
        return measures;
      }
      List<NodeTuple> kept = new ArrayList<>();
      for (NodeTuple measure : named) {
        List<Exclusion> ofMeasure =
            exceptions.stream()
                .filter(exception -> exception.isOf(group, text(measure.getKeyNode())))
                .toList();
        if (ofMeasure.isEmpty() && !(isMerged && map.has(INTERVALS))) {
          kept.add(measure);
          continue;
        }
        Optional<SequenceNode> own = ownIntervals(measure.getValueNode());
        SequenceNode all = own.orElseGet(this::intervals);
        if (all == null) {
          faults.add(
              map.node(),
              "cross \"%s\" needs intervals, such as intervals: [1h, 1d]".formatted(name));
          return measures;
        }
        List<Node> left =
            all.getValue().stream()
                .filter(interval -> !isExcepted(interval, ofMeasure))
                .map(interval -> own.isPresent() ? interval : inherited(interval))
                .toList();
        if (!left.isEmpty()) {
          kept.add(
              new NodeTuple(
                  measure.getKeyNode(), withIntervals(measure.getValueNode(), all, left)));
        }
      }
      return mapping(measures, kept);
    }

    private boolean isExcepted(Node interval, List<Exclusion> ofMeasure) {
      String label = IntervalLabel.canonical(text(interval)).orElse(text(interval));
      boolean excepted = false;
      for (Exclusion exception : ofMeasure) {
        if (exception.takes(label)) {
          exception.used = true;
          excepted = true;
        }
      }
      return excepted;
    }

    private static Optional<SequenceNode> ownIntervals(Node measure) {
      if (measure instanceof MappingNode own) {
        for (NodeTuple entry : own.getValue()) {
          if (text(entry.getKeyNode()).equals(INTERVALS)
              && entry.getValueNode() instanceof SequenceNode list) {
            return Optional.of(list);
          }
        }
      }
      return Optional.empty();
    }

    /** The intervals of the product, otherwise those of the catalog; null if neither lists any. */
    private SequenceNode intervals() {
      for (YamlMap each : List.of(map, root)) {
        if (each.has(INTERVALS) && each.value(INTERVALS) instanceof SequenceNode list) {
          return list;
        }
      }
      return null;
    }

    private Node withIntervals(Node measure, SequenceNode all, List<Node> left) {
      List<NodeTuple> entries = new ArrayList<>();
      if (measure instanceof MappingNode own) {
        own.getValue().stream()
            .filter(entry -> !text(entry.getKeyNode()).equals(INTERVALS))
            .forEach(entries::add);
      } else {
        entries.add(new NodeTuple(scalar(measure, OF), measure));
      }
      entries.add(
          new NodeTuple(
              scalar(all, INTERVALS),
              new SequenceNode(
                  Tag.SEQ, true, left, all.getStartMark(), all.getEndMark(), FlowStyle.FLOW)));
      return mapping(measure, entries);
    }

    /** Formulas have the intervals of their measures, so they are excluded as a whole. */
    private Node formulas(String group, Node formulas) {
      if (!(formulas instanceof MappingNode named)) {
        return formulas;
      }
      List<NodeTuple> kept = new ArrayList<>();
      for (NodeTuple formula : named.getValue()) {
        boolean excepted = false;
        for (Exclusion exception : exceptions) {
          if (exception.isOf(group, text(formula.getKeyNode())) && exception.takes("*")) {
            exception.used = true;
            excepted = true;
          }
        }
        if (!excepted) {
          kept.add(formula);
        }
      }
      return mapping(formulas, kept);
    }

    private Node merged(String group, Node written, List<NodeTuple> entries) {
      if (!(written instanceof MappingNode own)) {
        return written;
      }
      Map<String, NodeTuple> all = new LinkedHashMap<>();
      List<NodeTuple> others = new ArrayList<>();
      for (NodeTuple entry : own.getValue()) {
        if (all.putIfAbsent(text(entry.getKeyNode()), entry) != null) {
          others.add(entry);
        }
      }
      for (NodeTuple entry : entries) {
        String key = text(entry.getKeyNode());
        NodeTuple there = all.get(key);
        if (there == null) {
          all.put(key, entry);
        } else if (key.equals(KEY)) {
          requireSameKey(group, there.getValueNode(), entry.getValueNode());
        } else if (!POLICY.contains(key)) {
          all.put(key, new NodeTuple(there.getKeyNode(), joined(there, entry)));
        }
      }
      others.addAll(0, all.values());
      return mapping(written, others);
    }

    private void requireSameKey(String group, Node there, Node here) {
      if (!texts(there).equals(texts(here))) {
        faults.add(
            here,
            "group \"%s\" has the key %s in line %d; expected the same in cross \"%s\""
                .formatted(group, texts(there), there.getStartMark().getLine() + 1, name));
      }
    }

    private List<String> texts(Node list) {
      return list instanceof SequenceNode sequence
          ? sequence.getValue().stream().map(CrossReader::text).toList()
          : List.of();
    }

    private Node joined(NodeTuple there, NodeTuple here) {
      List<NodeTuple> first = named(there.getValueNode());
      List<NodeTuple> second = named(here.getValueNode());
      if (first == null || second == null) {
        return there.getValueNode();
      }
      List<NodeTuple> all = new ArrayList<>(first);
      all.addAll(second);
      return mapping(there.getValueNode(), all);
    }
  }

  /**
   * The entries of a mapping or of a list, whose elements are their own names. Null if the node is
   * neither.
   */
  private static List<NodeTuple> named(Node measures) {
    if (measures instanceof MappingNode mapping) {
      return mapping.getValue();
    }
    if (measures instanceof SequenceNode sequence
        && sequence.getValue().stream().allMatch(ScalarNode.class::isInstance)) {
      return sequence.getValue().stream().map(event -> new NodeTuple(event, event)).toList();
    }
    return null;
  }
}
