package io.countermachine.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Suggestions;
import io.countermachine.catalog.Timestamps;
import io.countermachine.local.deadletters.DeadLetterRecord;
import io.countermachine.local.text.DisplayFormat;
import io.countermachine.local.traffic.EventSender;
import io.countermachine.local.traffic.ExampleKey;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Accounts for each event of a file: counted, ignored, duplicate or dead letter. All events of the
 * file are in one partition, in order, and a dead letter is identified by its offset there.
 */
public final class InputSummary {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int NAMES_SHOWN = 3;
  private static final int NAMES_KEPT = 1_000;
  private static final int LETTERS_SHOWN = 5;

  /** How many keys are kept. Unless all events are dead letters, one of these keys was counted. */
  private static final int KEYS_KEPT = 1_000;

  private final Catalog catalog;
  private final Clock clock;
  private final UnseenFields unseenFields;
  private final Map<Integer, ExampleKey> firstKeys = new TreeMap<>();
  private final BitSet ofOtherUnit = new BitSet();
  private final Map<String, Integer> unknownNames = new HashMap<>();
  private final BitSet letters = new BitSet();
  private final List<String> firstLetters = new ArrayList<>();
  private final Map<String, Integer> lettersByReason = new TreeMap<>();

  /**
   * By event: its line in the file, its offset, and the number of its name if the name is unknown.
   */
  private long[] lines = new long[1_024];

  private long[] offsets = new long[1_024];
  private int[] names = new int[1_024];
  private int events;

  public InputSummary(Catalog catalog, Clock clock) {
    this.catalog = catalog;
    this.clock = clock;
    this.unseenFields = new UnseenFields(catalog);
  }

  /** Records an event that is being sent, and returns its number, from 0. */
  synchronized int sent(long line, byte[] event) {
    if (events == lines.length) {
      lines = Arrays.copyOf(lines, 2 * events);
      offsets = Arrays.copyOf(offsets, 2 * events);
      names = Arrays.copyOf(names, 2 * events);
    }
    lines[events] = line;
    offsets[events] = Long.MAX_VALUE;
    names[events] = 0;
    JsonNode read = read(event);
    String name = ExampleKey.at(read, catalog.place("eventName")).textValue();
    if (name != null && catalog.events().containsKey(name)) {
      noteKnown(name, read);
    } else if (name != null) {
      names[events] = unknownName(name);
    }
    return events++;
  }

  private void noteKnown(String name, JsonNode event) {
    unseenFields.note(event);
    if (firstKeys.size() < KEYS_KEPT) {
      ExampleKey.of(catalog, name, event).ifPresent(key -> firstKeys.put(events, key));
    }
    JsonNode time = ExampleKey.at(event, catalog.place("eventTs"));
    Timestamps.Unit unit = catalog.timestamps().unit();
    if (unit != Timestamps.Unit.ISO8601
        && time.isIntegralNumber()
        && time.canConvertToLong()
        && unit.otherNumber().isAroundNow(time.longValue(), clock.millis())) {
      ofOtherUnit.set(events);
    }
  }

  private int unknownName(String name) {
    Integer known = unknownNames.get(name);
    if (known != null || unknownNames.size() < NAMES_KEPT) {
      return known != null ? known : number(name);
    }
    return unknownNames.computeIfAbsent("(others)", other -> NAMES_KEPT + 1);
  }

  private int number(String name) {
    unknownNames.put(name, unknownNames.size() + 1);
    return unknownNames.size();
  }

  /** Parses a line as JSON. A line that is not JSON has no fields. */
  private static JsonNode read(byte[] event) {
    try {
      return JSON.readTree(event);
    } catch (IOException noJson) {
      return MissingNode.getInstance();
    }
  }

  /** Records the offset of an event. */
  synchronized void at(int event, long offset) {
    offsets[event] = offset;
  }

  /** Records a dead letter, and keeps the text of the first ones. */
  synchronized void deadLetter(DeadLetterRecord letter) {
    int event =
        letter.sourcePartition() == EventSender.FILE_PARTITION
            ? Arrays.binarySearch(offsets, 0, events, letter.sourceOffset())
            : -1;
    // After a restart, the job may have written a dead letter twice.
    if (event < 0 || letters.get(event)) {
      return;
    }
    letters.set(event);
    lettersByReason.merge(letter.reason(), 1, Integer::sum);
    if (firstLetters.size() < LETTERS_SHOWN) {
      firstLetters.add(
          "line %d: %s: %s"
              .formatted(lines[event], letter.reason(), DisplayFormat.printable(letter.detail())));
    }
  }

  /** The number of sent events. */
  synchronized int events() {
    return events;
  }

  /** The number of dead letters among them. */
  synchronized int deadLetters() {
    return letters.cardinality();
  }

  /** A key that an event of the file was counted for; empty if there is none to show. */
  synchronized Optional<ExampleKey> countedKey() {
    return firstKeys.entrySet().stream()
        .filter(key -> !letters.get(key.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /**
   * The summary, in lines: the numbers, the first dead letters, and warnings. It warns if nothing
   * was counted, if timestamps are wrong, and if no event has a field that the catalog names.
   *
   * @param duplicates events that were not counted because their id was seen before; empty if
   *     unknown
   * @param blocked events that rules blocked; empty if unknown
   */
  synchronized List<String> lines(OptionalLong duplicates, OptionalLong blocked) {
    Map<Integer, Long> byName = new HashMap<>();
    for (int event = 0; event < events; event++) {
      if (names[event] > 0 && !letters.get(event)) {
        byName.merge(names[event], 1L, Long::sum);
      }
    }
    long ignored = byName.values().stream().mapToLong(Long::longValue).sum();
    long counted =
        Math.max(0, events - ignored - duplicates.orElse(0) - blocked.orElse(0) - deadLetters());
    List<String> summary = new ArrayList<>();
    summary.add(
        "%,d read: %s%,d counted, %,d ignored%s,%s%s %s"
            .formatted(
                events,
                duplicates.isPresent() && blocked.isPresent() ? "" : "at most ",
                counted,
                ignored,
                ignored == 0 ? "" : " (" + unknown(byName) + ")",
                counted("duplicate", duplicates),
                blockedBy(blocked),
                DisplayFormat.count(deadLetters(), "dead letter")));
    firstLetters.forEach(letter -> summary.add("  " + letter));
    if (deadLetters() > firstLetters.size()) {
      summary.add(
          "  … and %,d more; by reason: %s"
              .formatted(deadLetters() - firstLetters.size(), byReason()));
    }
    if (counted == 0) {
      summary.add("WARNING: nothing was counted" + (events == 0 ? ": the file has no events" : ""));
    }
    if (!ofOtherUnit.isEmpty()) {
      summary.add(
          "WARNING: "
              + catalog
                  .timestamps()
                  .unit()
                  .warning(
                      "%,d of %s"
                          .formatted(
                              ofOtherUnit.cardinality(), DisplayFormat.count(events, "event"))));
    }
    summary.addAll(unseenFields.warnings());
    return summary;
  }

  /** The most frequent reason first. */
  private String byReason() {
    return lettersByReason.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .map(
            reason ->
                "%,d %s".formatted(reason.getValue(), DisplayFormat.printable(reason.getKey())))
        .collect(Collectors.joining(", "));
  }

  private static String blockedBy(OptionalLong blocked) {
    if (blocked.isEmpty()) {
      return " an unknown number blocked (the job was restarted meanwhile),";
    }
    return blocked.getAsLong() == 0 ? "" : " %,d blocked,".formatted(blocked.getAsLong());
  }

  private static String counted(String what, OptionalLong number) {
    if (number.isEmpty()) {
      return " an unknown number of %ss (the job was restarted meanwhile),".formatted(what);
    }
    return number.getAsLong() == 0 ? "" : " " + DisplayFormat.count(number.getAsLong(), what) + ",";
  }

  private String unknown(Map<Integer, Long> byName) {
    Map<Integer, String> texts =
        unknownNames.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));
    List<Integer> mostFirst =
        byName.keySet().stream()
            .sorted(Comparator.comparing((Integer name) -> -byName.get(name)).thenComparing(n -> n))
            .toList();
    if (mostFirst.size() == 1) {
      String name = texts.get(mostFirst.get(0));
      return "unknown name \"%s\"; %s".formatted(DisplayFormat.printable(name), hint(name));
    }
    String first =
        mostFirst.stream()
            .limit(NAMES_SHOWN)
            .map(
                name ->
                    "%,d \"%s\", %s"
                        .formatted(
                            byName.get(name),
                            DisplayFormat.printable(texts.get(name)),
                            hint(texts.get(name))))
            .collect(Collectors.joining("; "));
    int more = mostFirst.size() - NAMES_SHOWN;
    return "unknown names: " + first + (more > 0 ? "; … and " + more + " more" : "");
  }

  private String hint(String name) {
    return Suggestions.nearest(name, catalog.events().keySet())
        .map(nearest -> "did you mean " + nearest + "?")
        .orElseGet(() -> "known: " + String.join(", ", catalog.events().keySet()));
  }
}
