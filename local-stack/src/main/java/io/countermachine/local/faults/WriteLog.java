package io.countermachine.local.faults;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The items that the store has accepted, by key, in the order in which they were sent. The store
 * may process concurrent calls in another order.
 */
public final class WriteLog {
  /**
   * One written item.
   *
   * @param number increases with each item that is sent
   * @param item in DynamoDB's JSON; only the key if the item was deleted
   */
  public record Write(long number, JsonNode item) {}

  private final List<String> keyAttributes;
  private final Map<List<String>, List<Write>> byKey = new HashMap<>();
  private long sent;
  private int kept = Integer.MAX_VALUE;

  WriteLog(List<String> keyAttributes) {
    this.keyAttributes = List.copyOf(keyAttributes);
  }

  /** From now on, keeps only this many of the newest writes per key, for long runs. */
  public synchronized void keepNewest(int writesPerKey) {
    kept = writesPerKey;
  }

  /** Numbers items that are about to be sent. */
  synchronized List<Write> number(List<JsonNode> items) {
    return items.stream().map(item -> new Write(sent++, item)).toList();
  }

  /** Records items that the store has accepted. */
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

  /** The writes of one key, in the order in which they were sent. */
  public synchronized List<Write> of(String... key) {
    return byKey.getOrDefault(List.of(key), List.of()).stream()
        .sorted(Comparator.comparingLong(Write::number))
        .toList();
  }

  /** Every key that was written, as the texts of its attributes. */
  public synchronized List<List<String>> keys() {
    return List.copyOf(byKey.keySet());
  }
}
