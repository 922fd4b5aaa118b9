package io.countermachine.service.store.dynamodb;

import io.countermachine.catalog.Catalog;
import io.countermachine.item.ItemKey;
import io.countermachine.service.store.ReadFailureLog;
import io.countermachine.service.store.ReadResult;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the body of a BatchGetItem response, and decodes items directly. */
public final class BatchGetResponseReader {
  private static final NameTable SECTIONS = new NameTable(List.of("Responses", "UnprocessedKeys"));
  private static final int RESPONSES = 0;
  private static final int UNPROCESSED_KEYS = 1;
  private static final NameTable KEYS = new NameTable(List.of("Keys"));

  private final ReadFailureLog failures = new ReadFailureLog();
  private final NameTable tables;
  private final ItemNames names;

  public BatchGetResponseReader(String table, Catalog catalog) {
    this.tables = new NameTable(List.of(table));
    this.names = new ItemNames(catalog);
  }

  /**
   * Reads a response.
   *
   * @param keys the requested keys
   * @return one result per key, in order; null if the store left the key unprocessed
   * @throws IllegalStateException if the body is not such a response
   */
  public ReadResult[] read(byte[] body, int length, List<ItemKey> keys, long askedAtNanos) {
    return new Reading(new JsonCursor(body, length), keys, askedAtNanos).results();
  }

  /** Reads one response. */
  private final class Reading {
    private final JsonCursor json;
    private final StoredItemParser items;
    private final long askedAtNanos;
    private final Map<ItemKey, Integer> places;
    private final ReadResult[] results;

    Reading(JsonCursor json, List<ItemKey> keys, long askedAtNanos) {
      this.json = json;
      this.items = new StoredItemParser(json, names);
      this.askedAtNanos = askedAtNanos;
      this.results = new ReadResult[keys.size()];
      Arrays.fill(results, ReadResult.absent(askedAtNanos));
      this.places = new HashMap<>(keys.size() * 2);
      for (int i = 0; i < results.length; i++) {
        places.put(keys.get(i), i);
      }
    }

    ReadResult[] results() {
      boolean answered = false;
      json.open('{');
      while (json.hasNext('}')) {
        json.name();
        switch (json.textIn(SECTIONS)) {
          case RESPONSES -> {
            inside(
                tables,
                () -> eachItem(() -> results[place("an item was not asked for")] = result()));
            answered = true;
          }
          case UNPROCESSED_KEYS ->
              inside(
                  tables,
                  () ->
                      inside(
                          KEYS,
                          () -> eachItem(() -> results[place("a key was not asked for")] = null)));
          default -> json.skip();
        }
      }
      // Without Responses, nothing is known about any key; to return "absent" would be wrong.
      require(answered, "the body has no Responses");
      return results;
    }

    private ReadResult result() {
      try {
        return ReadResult.found(items.item(), askedAtNanos);
      } catch (IllegalArgumentException e) {
        failures.warn("the reading of an item", e);
        return ReadResult.FAILED;
      }
    }

    /** Enters the members of an object with a wanted name, and skips the others. */
    private void inside(NameTable wanted, Runnable content) {
      json.open('{');
      while (json.hasNext('}')) {
        json.name();
        if (json.textIn(wanted) == NameTable.UNKNOWN) {
          json.skip();
        } else {
          content.run();
        }
      }
    }

    private void eachItem(Runnable parsed) {
      json.open('[');
      while (json.hasNext(']')) {
        items.parse();
        parsed.run();
      }
    }

    private int place(String otherwise) {
      Integer place = places.get(items.key());
      require(place != null, otherwise);
      return place;
    }

    private void require(boolean holds, String otherwise) {
      if (!holds) {
        throw new IllegalStateException("not a BatchGetItem response: " + otherwise);
      }
    }
  }
}
