package io.countermachine.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Suggestions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What became of each event of a file: counted, ignored, a duplicate or a dead letter. The file's
 * events are all in one partition, in order; a dead letter is found by its offset there.
 */
final class InputAccount {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int NAMES_TOLD = 3;
  private static final int NAMES_KEPT = 1_000;
  private static final int LETTERS_TOLD = 5;
  private static final int MOST_CHARACTERS = 200;

  private final Catalog catalog;
  private final Map<String, Integer> unknownNames = new HashMap<>();
  private final BitSet letters = new BitSet();
  private final List<String> firstLetters = new ArrayList<>();

  /** By event: its line in the file, its offset, and the number of its name if that is unknown. */
  private long[] lines = new long[1_024];

  private long[] offsets = new long[1_024];
  private int[] names = new int[1_024];
  private int events;

  InputAccount(Catalog catalog) {
    this.catalog = catalog;
  }

  /** Notes an event that is sent, and gives its number, from 0. */
  synchronized int sent(long line, byte[] event) {
    if (events == lines.length) {
      lines = Arrays.copyOf(lines, 2 * events);
      offsets = Arrays.copyOf(offsets, 2 * events);
      names = Arrays.copyOf(names, 2 * events);
    }
    lines[events] = line;
    offsets[events] = Long.MAX_VALUE;
    names[events] = unknownName(event);
    return events++;
  }

  private int unknownName(byte[] event) {
    String name = nameOf(event);
    if (name == null || catalog.events().containsKey(name)) {
      return 0;
    }
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

  /** The name that an event bears; null where it has none, or is no event. */
  private String nameOf(byte[] event) {
    try {
      JsonNode name = JSON.readTree(event);
      for (String part : catalog.place("eventName").path()) {
        name = name.path(part);
      }
      return name.textValue();
    } catch (IOException noJson) {
      return null;
    }
  }

  /** Notes at which offset the broker has put an event. */
  synchronized void at(int event, long offset) {
    offsets[event] = offset;
  }

  /** Notes a dead letter; of the first ones it keeps what is to be told. */
  synchronized void deadLetter(DeadLetterRecord letter) {
    int event =
        letter.sourcePartition() == EventSender.FILE_PARTITION
            ? Arrays.binarySearch(offsets, 0, events, letter.sourceOffset())
            : -1;
    // After a restart the job may have written one again.
    if (event < 0 || letters.get(event)) {
      return;
    }
    letters.set(event);
    if (firstLetters.size() < LETTERS_TOLD) {
      firstLetters.add(
          "line %d: %s: %s".formatted(lines[event], letter.reason(), shown(letter.detail())));
    }
  }

  /** The events that were sent. */
  synchronized int events() {
    return events;
  }

  /** How many of them are dead letters. */
  synchronized int deadLetters() {
    return letters.cardinality();
  }

  /**
   * The account, a line each: the numbers, the first dead letters, and a warning where nothing was
   * counted.
   *
   * @param duplicates events that were not counted because their id was seen before
   */
  synchronized List<String> told(long duplicates) {
    Map<Integer, Long> byName = new HashMap<>();
    for (int event = 0; event < events; event++) {
      if (names[event] > 0 && !letters.get(event)) {
        byName.merge(names[event], 1L, Long::sum);
      }
    }
    long ignored = byName.values().stream().mapToLong(Long::longValue).sum();
    long counted = Math.max(0, events - ignored - duplicates - deadLetters());
    List<String> told = new ArrayList<>();
    told.add(
        "%,d read: %,d counted, %,d ignored%s,%s %,d dead letters"
            .formatted(
                events,
                counted,
                ignored,
                ignored == 0 ? "" : " (" + unknown(byName) + ")",
                duplicates == 0 ? "" : " %,d duplicates,".formatted(duplicates),
                deadLetters()));
    firstLetters.forEach(letter -> told.add("  " + letter));
    if (deadLetters() > firstLetters.size()) {
      told.add("  … and %,d more".formatted(deadLetters() - firstLetters.size()));
    }
    if (counted == 0) {
      told.add("WARNING: nothing was counted" + (events == 0 ? ": the file has no events" : ""));
    }
    return told;
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
      return "unknown name \"%s\"; %s".formatted(shown(name), hint(name));
    }
    String first =
        mostFirst.stream()
            .limit(NAMES_TOLD)
            .map(
                name ->
                    "%,d \"%s\", %s"
                        .formatted(byName.get(name), shown(texts.get(name)), hint(texts.get(name))))
            .collect(Collectors.joining("; "));
    int more = mostFirst.size() - NAMES_TOLD;
    return "unknown names: " + first + (more > 0 ? "; … and " + more + " more" : "");
  }

  private String hint(String name) {
    return Suggestions.nearest(name, catalog.events().keySet())
        .map(nearest -> "did you mean " + nearest + "?")
        .orElseGet(() -> "known are " + String.join(", ", catalog.events().keySet()));
  }

  /** A text of a stranger as it can be shown in a terminal. */
  static String shown(String text) {
    String printable = text.replaceAll("\\p{Cntrl}", "?");
    return printable.length() <= MOST_CHARACTERS
        ? printable
        : printable.substring(0, MOST_CHARACTERS) + "…";
  }
}
