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

  WriteLog(List<String> keyAttributes) {
    this.keyAttributes = List.copyOf(keyAttributes);
  }

  /** Numbers items that are about to be sent. */
  synchronized List<Write> number(List<JsonNode> items) {
    return items.stream().map(item -> new Write(sent++, item)).toList();
  }

  /** Notes items that the store has taken. */
  synchronized void add(List<Write> writes) {
    for (Write write : writes) {
      List<String> key =
          keyAttributes.stream().map(name -> write.item().path(name).path("S").asText()).toList();
      byKey.computeIfAbsent(key, first -> new ArrayList<>()).add(write);
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
