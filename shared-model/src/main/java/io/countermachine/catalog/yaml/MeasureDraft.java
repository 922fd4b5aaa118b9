package io.countermachine.catalog.yaml;

import io.countermachine.catalog.EntryFields;
import io.countermachine.catalog.EventLabel;
import io.countermachine.measure.Interval;
import io.countermachine.measure.MeasureKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.nodes.Node;

/**
 * A measure as written in a group's list, before its intervals are known.
 *
 * @param name its name in state
 * @param outputs the suffixes of its outputs' names; empty if an output has the measure's name
 * @param shown its outputs' names, for messages
 * @param events the events that feed it
 * @param label the label under which an event is counted, if the kind needs one
 * @param fields the fields of an event's entry, if the kind keeps any
 * @param own the intervals that it lists itself, each with its node; empty for the group's
 */
record MeasureDraft(
    String name,
    MeasureKind kind,
    List<String> outputs,
    String shown,
    List<String> events,
    Optional<EventLabel> label,
    EntryFields fields,
    Optional<Map<Interval, Node>> own,
    Node node) {
  /** A measure of one event with one output of the same name. */
  MeasureDraft(
      String name,
      MeasureKind kind,
      String event,
      Optional<EventLabel> label,
      Optional<Map<Interval, Node>> own,
      Node node) {
    this(
        name,
        kind,
        List.of(""),
        "\"" + name + "\"",
        List.of(event),
        label,
        EntryFields.NONE,
        own,
        node);
  }
}
