package io.countermachine.catalog.yaml;

import io.countermachine.catalog.Durations;
import io.countermachine.catalog.Emission;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.IntervalLabel;
import io.countermachine.measure.Interval;
import io.countermachine.measure.Interval.Kind;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.nodes.Node;

/** Reads the steps and retention of windows, and creates intervals with them. */
final class WindowReader {
  private static final String WINDOWS = "windows";
  private static final String STEP = "step";
  private static final String KEEP = "keep";

  /** The maximum number of panes of a window without an explicit step. */
  private static final int PANES = 60;

  private static final int DEFAULT_KEPT = 60;
  private static final int LEAST_KEPT = 2;

  /** Common lengths of panes. */
  private static final String[] CALM = {
    "1s", "2s", "5s", "10s", "15s", "30s", "1m", "2m", "5m", "10m", "15m", "30m", "1h", "2h", "3h",
    "6h", "12h", "1d"
  };

  private final long unitMillis;
  private final Faults faults;
  private final Map<String, Duration> steps = new HashMap<>();
  private final Map<String, Duration> keeps = new HashMap<>();
  private final Map<String, Node> unused = new LinkedHashMap<>();
  private final Map<String, Emission> series = new LinkedHashMap<>();
  private final Map<String, Node> seriesNodes = new HashMap<>();

  /**
   * Reads {@code windows}, if there is such a mapping.
   *
   * @param unitMillis the timestamps' unit in milliseconds
   */
  WindowReader(YamlMap root, long unitMillis, Faults faults) {
    this.unitMillis = unitMillis;
    this.faults = faults;
    if (root.has(WINDOWS)) {
      YamlMap windows = root.map(WINDOWS);
      windows.names().forEach(name -> read(windows, name));
    }
  }

  private void read(YamlMap windows, String name) {
    Optional<IntervalLabel> label =
        IntervalLabel.parse(name)
            .filter(found -> found.kind() == Kind.LAST || found.kind() == Kind.EACH);
    if (label.isEmpty()) {
      faults.add(
          windows.keyNode(name),
          "\"%s\" in \"windows\" is not a window; expected for example last_1h: {step: 1m} or each_1m: {keep: 2h}"
              .formatted(name));
      return;
    }
    String canonical = label.get().toString();
    if (unused.putIfAbsent(canonical, windows.keyNode(name)) != null) {
      faults.add(
          windows.keyNode(name),
          "duplicate window \"%s\"; it is the same as %s, which is listed already"
              .formatted(name, canonical));
      return;
    }
    YamlMap window = windows.map(name);
    if (label.get().kind() == Kind.LAST) {
      window.allow(STEP);
      window.duration(STEP, false).ifPresent(step -> readStep(window, label.get(), step));
    } else {
      window.allow(KEEP, EmissionReader.EMIT);
      window.duration(KEEP, false).ifPresent(keep -> readKeep(window, label.get(), keep));
      new EmissionReader(faults)
          .ofSeries(window)
          .ifPresent(
              emission -> {
                series.put(canonical, emission);
                seriesNodes.put(canonical, window.keyNode(EmissionReader.EMIT));
              });
    }
  }

  private void readStep(YamlMap window, IntervalLabel label, Duration step) {
    if (step.toMillis() % unitMillis != 0 || label.length().toMillis() % step.toMillis() != 0) {
      faults.add(
          window.value(STEP),
          "step %s does not fit %s; it has to divide %s and be a multiple of the timestamps' unit, %s"
              .formatted(
                  Durations.format(step),
                  label,
                  Durations.format(label.length()),
                  Durations.format(Duration.ofMillis(unitMillis))));
    } else {
      steps.put(label.toString(), step);
    }
  }

  private void readKeep(YamlMap window, IntervalLabel label, Duration keep) {
    if (keep.compareTo(label.length().multipliedBy(LEAST_KEPT)) < 0) {
      faults.add(
          window.value(KEEP),
          "keep %s is too short for %s; it has to be at least %s"
              .formatted(
                  Durations.format(keep),
                  label,
                  Durations.format(label.length().multipliedBy(LEAST_KEPT))));
    } else {
      keeps.put(label.toString(), keep);
    }
  }

  /** When panes of intervals go to topics, by the intervals' labels. */
  Map<String, Emission> series() {
    return series;
  }

  /** Checks that no group has a key field with the name of a field of series records. */
  void checkSeries(List<Group> groups) {
    for (Group group : groups) {
      for (Interval interval : group.schema().intervals()) {
        if (series.containsKey(interval.label())) {
          group.keyFields().stream()
              .filter(EmissionReader.SERIES_FIELDS::contains)
              .forEach(
                  field ->
                      faults.add(
                          seriesNodes.get(interval.label()),
                          "clash: a record of a series has a field \"%s\" of its own, and group \"%s\" has it in its key; give the field another name under fields"
                              .formatted(field, group.name())));
        }
      }
    }
  }

  /** The interval of a label; a fault at the node if a window does not fit the unit. */
  Optional<Interval> interval(IntervalLabel label, Node node) {
    String text = label.toString();
    unused.remove(text);
    long millis = label.length().toMillis();
    boolean windows = label.kind() == Kind.LAST || label.kind() == Kind.EACH;
    if (windows && millis % unitMillis != 0) {
      faults.add(
          node,
          "%s is not a multiple of the timestamps' unit, %s"
              .formatted(text, Durations.format(Duration.ofMillis(unitMillis))));
      return Optional.empty();
    }
    return Optional.of(
        switch (label.kind()) {
          case DECAY -> Interval.decay(text, millis);
          case LIFETIME -> Interval.LIFETIME;
          case LAST ->
              Interval.last(
                  text,
                  millis,
                  steps.containsKey(text)
                      ? steps.get(text).toMillis()
                      : defaultStep(millis, unitMillis));
          case EACH ->
              Interval.each(
                  text,
                  millis,
                  keeps.containsKey(text) ? keeps.get(text).toMillis() : DEFAULT_KEPT * millis);
          case SESSION -> Interval.session(text, millis);
        });
  }

  /**
   * The smallest common length that divides the window and is at least a 60th of it and at least
   * the unit. If there is none, the window is cut into as many equal panes as possible, at most 60.
   * All in milliseconds.
   */
  static long defaultStep(long windowMillis, long unitMillis) {
    for (String calm : CALM) {
      long step = Durations.parse(calm).orElseThrow().toMillis();
      if (step * PANES >= windowMillis && windowMillis % step == 0 && step % unitMillis == 0) {
        return step;
      }
    }
    for (int panes = PANES; panes > 1; panes--) {
      if (windowMillis % panes == 0 && windowMillis / panes % unitMillis == 0) {
        return windowMillis / panes;
      }
    }
    return windowMillis;
  }

  /** The windows that no interval uses, each in a sentence. */
  List<String> notes() {
    return unused.keySet().stream()
        .map(label -> "\"windows\" has %s, which no intervals list".formatted(label))
        .toList();
  }
}
