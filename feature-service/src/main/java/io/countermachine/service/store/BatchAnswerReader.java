package io.countermachine.service.store;

import io.countermachine.catalog.Catalog;
import io.countermachine.item.ItemKey;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Reads the body of a BatchGetItem answer: items straight into counters. */
final class BatchAnswerReader {
  private static final Logger LOG = LoggerFactory.getLogger(BatchAnswerReader.class);

  private final JsonFactory json = new JsonFactory();
  private final String table;
  private final Catalog catalog;

  BatchAnswerReader(String table, Catalog catalog) {
    this.table = table;
    this.catalog = catalog;
  }

  /**
   * Reads an answer.
   *
   * @param keys what was asked for
   * @return a result for each key, in their order; null where the store left the key unprocessed
   * @throws IllegalStateException where the body is no such answer
   */
  ReadResult[] read(byte[] body, int length, List<ItemKey> keys, long askedAtNanos) {
    ReadResult absent = ReadResult.absent(askedAtNanos);
    ReadResult[] results = new ReadResult[keys.size()];
    Arrays.fill(results, absent);
    Map<ItemKey, Integer> places = new HashMap<>(keys.size() * 2);
    for (int i = 0; i < results.length; i++) {
      places.put(keys.get(i), i);
    }
    boolean answered = false;
    try (JsonParser parser = json.createParser(ObjectReadContext.empty(), body, 0, length)) {
      StoredItemParser items = new StoredItemParser(parser);
      require(parser.nextToken() == JsonToken.START_OBJECT, "the body is no object");
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String field = parser.currentName();
        parser.nextToken();
        switch (field) {
          case "Responses" -> {
            readItems(parser, items, places, results, askedAtNanos);
            answered = true;
          }
          case "UnprocessedKeys" -> readUnprocessed(parser, items, places, results);
          default -> parser.skipChildren();
        }
      }
    }
    // Without it nothing is known of any key; absent it would say.
    require(answered, "the body has no Responses");
    return results;
  }

  private void readItems(
      JsonParser parser,
      StoredItemParser items,
      Map<ItemKey, Integer> places,
      ReadResult[] results,
      long askedAtNanos) {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      boolean ours = parser.currentName().equals(table);
      parser.nextToken();
      if (!ours) {
        parser.skipChildren();
        continue;
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        items.parse();
        Integer place = places.get(items.key());
        require(place != null, "an item was not asked for");
        results[place] = resultOf(items, askedAtNanos);
      }
    }
  }

  private ReadResult resultOf(StoredItemParser items, long askedAtNanos) {
    try {
      return ReadResult.found(
          items.counters(catalog.group(items.key().group()).orElseThrow()), askedAtNanos);
    } catch (RuntimeException e) {
      LOG.warn("the item of {} cannot be read: {}", items.key(), e.toString());
      return ReadResult.FAILED;
    }
  }

  private void readUnprocessed(
      JsonParser parser,
      StoredItemParser items,
      Map<ItemKey, Integer> places,
      ReadResult[] results) {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      boolean ours = parser.currentName().equals(table);
      parser.nextToken();
      if (!ours) {
        parser.skipChildren();
        continue;
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        boolean isKeys = parser.currentName().equals("Keys");
        parser.nextToken();
        if (!isKeys) {
          parser.skipChildren();
          continue;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          items.parse();
          Integer place = places.get(items.key());
          require(place != null, "a key was not asked for");
          results[place] = null;
        }
      }
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException("not an answer to BatchGetItem: " + otherwise);
    }
  }
}
