package io.countermachine.catalog.yaml;

import io.countermachine.catalog.Emission;
import io.countermachine.catalog.TopicName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** Reads {@code emit}: what goes to a topic, and when. */
final class EmissionReader {
  static final String EMIT = "emit";

  /** The fields of a series record, besides those of its group's key. */
  static final List<String> SERIES_FIELDS =
      List.of(
          "group",
          "interval",
          "start",
          "end",
          "durationMs",
          "counts",
          "reason",
          "revision",
          "retracts");

  private static final String WHEN = "when";
  private static final String LATE = "late";
  private static final String CLOSED = "closed";
  private static final String REVISE = "revise";
  private static final Pattern EVERY = Pattern.compile("every\\s+(\\S+)");
  private static final Pattern EVENTS = Pattern.compile("([1-9]\\d{0,8})\\s+events?");

  private final Faults faults;

  EmissionReader(Faults faults) {
    this.faults = faults;
  }

  /** The emission of sessions: only a topic, or a mapping with more settings. */
  Optional<Emission> ofSessions(YamlMap session) {
    if (session.has(EMIT) && session.value(EMIT) instanceof ScalarNode) {
      return topic(session, EMIT).map(Emission::new);
    }
    return read(session, "to", "sessions", true);
  }

  /** The emission of a series. */
  Optional<Emission> ofSeries(YamlMap window) {
    if (window.has(EMIT) && window.value(EMIT) instanceof ScalarNode) {
      faults.add(
          window.value(EMIT),
          "\"emit\" of a window needs \"series\"; expected for example emit: {series: minutes}");
      return Optional.empty();
    }
    return read(window, "series", "minutes", false);
  }

  private Optional<Emission> read(
      YamlMap owner, String topicWord, String example, boolean countsEvents) {
    if (!owner.has(EMIT)) {
      return Optional.empty();
    }
    YamlMap map = owner.map(EMIT);
    map.allow(topicWord, WHEN, LATE);
    if (!map.has(topicWord)) {
      faults.add(
          owner.keyNode(EMIT),
          "\"emit\" needs %s, the name of a topic, such as emit: {%s: %s}"
              .formatted(topicWord, topicWord, example));
    }
    map.text(LATE)
        .filter(late -> !late.equals(REVISE))
        .ifPresent(
            late ->
                faults.add(
                    map.value(LATE),
                    "late is \"%s\"; expected revise: what late data corrects is emitted again, with what it replaces"
                        .formatted(late)));
    Optional<String> topic = topic(map, topicWord);
    Optional<String> when = map.text(WHEN);
    if (when.isEmpty() || when.get().equals(CLOSED)) {
      return topic.map(Emission::new);
    }
    Matcher every = EVERY.matcher(when.get());
    if (every.matches()) {
      Optional<Duration> time = YamlMap.duration(map.value(WHEN), every.group(1), false, faults);
      return topic.flatMap(name -> time.map(t -> new Emission(name, Optional.of(t), 0)));
    }
    Matcher events = EVENTS.matcher(when.get());
    if (events.matches() && countsEvents) {
      int count = Integer.parseInt(events.group(1));
      return topic.map(name -> new Emission(name, Optional.empty(), count));
    }
    faults.add(
        map.value(WHEN),
        "when is \"%s\"; expected closed%s every 10s%s"
            .formatted(
                when.get(), countsEvents ? "," : " or", countsEvents ? " or 100 events" : ""));
    return Optional.empty();
  }

  private Optional<String> topic(YamlMap map, String word) {
    Optional<String> topic = map.text(word);
    topic
        .filter(name -> !TopicName.isValid(name))
        .ifPresent(
            name ->
                faults.add(
                    map.value(word),
                    "\"%s\" is not a topic name; expected 1 to 249 letters, digits, dots, - and _"
                        .formatted(name)));
    return topic;
  }
}
