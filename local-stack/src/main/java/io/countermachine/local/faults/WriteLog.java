package io.countermachine.local.faults;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The items that the store has taken, by key and in the order in which they were sent to it. Of
 * calls that are under way together the store may take a later one first.
 */
public final class WriteLog {
  /**
   * One item that was written.
   *
   * @param number grows from each item that was sent to the next
   * @param item in DynamoDB's JSON; its key alone where it was deleted
   */
  public record Write(long number, JsonNode item) {}

  private final List<String> keyAttributes;
  private final Map<List<String>, List<Write>> byKey = new HashMap<>();
  private long sent;
  private int kept = Integer.MAX_VALUE;

  WriteLog(List<String> keyAttributes) {
    this.keyAttributes = List.copyOf(keyAttributes);
  }

  /** Keeps only so many of the newest writes of each key from now on, for long runs. */
  public synchronized void keepNewest(int writesPerKey) {
    kept = writesPerKey;
  }

  /** Numbers items that are about to be sent. */
  synchronized List<Write> number(List<JsonNode> items) {
    return items.stream().map(item -> new Write(sent++, item)).toList();
  }

  /** Notes items that the store has taken. */
  synchronized void add(List<Write> taken) {
    for (Write write : taken) {
      List<String> key =
          keyAttributes.stream().map(name -> write.item().path(name).path("S").asText()).toList();
      List<Write> writes = byKey.computeIfAbsent(key, first -> new ArrayList<>());
      writes.add(write);
      if (writes.size() > kept) {
        writes.remove(0);
      }
    }
  }

  /** The writes of one key, in the order they were sent. */
  public synchronized List<Write> of(String... key) {
    return byKey.getOrDefault(List.of(key), List.of()).stream()
        .sorted(Comparator.comparingLong(Write::number))
        .toList();
  }

  /** Every key that was written, each as its attributes' texts. */
  public synchronized List<List<String>> keys() {
    return List.copyOf(byKey.keySet());
  }
}
