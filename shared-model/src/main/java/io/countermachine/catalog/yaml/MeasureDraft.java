package io.countermachine.catalog.yaml;

import io.countermachine.catalog.EventLabel;
import io.countermachine.measure.Interval;
import io.countermachine.measure.MeasureKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.nodes.Node;

/**
 * A measure as a group's list has it, before its intervals are known.
 *
 * @param name its name in state
 * @param outputs what the names of its outputs end in; the empty one where it bears its own name
 * @param shown its outputs' names, for messages
 * @param event the event that feeds it
 * @param label what an event is counted under, where the kind needs it
 * @param own the intervals that it lists itself, each with its node; empty for the group's
 */
record MeasureDraft(
    String name,
    MeasureKind kind,
    List<String> outputs,
    String shown,
    String event,
    Optional<EventLabel> label,
    Optional<Map<Interval, Node>> own,
    Node node) {}
