package io.countermachine.job.ingest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The places of the fields that a catalog names, as a tree of names that is walked in parallel with
 * a record.
 */
final class FieldTree {
  private final Map<String, FieldTree> children = new HashMap<>();

  /** The field at this place; null if the catalog only names fields below it. */
  private ParsedField notes;

  void add(List<String> path, ParsedField field) {
    FieldTree place = this;
    for (String name : path) {
      place = place.children.computeIfAbsent(name, absent -> new FieldTree());
    }
    place.notes = field;
  }

  /** Collects the fields of the object at whose start the parser is, and reads to its end. */
  void readObject(JsonParser parser) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      FieldTree child = children.get(parser.currentName());
      JsonToken token = parser.nextToken();
      if (child == null) {
        parser.skipChildren();
      } else {
        child.readValue(token, parser);
      }
    }
  }

  private void readValue(JsonToken token, JsonParser parser) throws IOException {
    if (notes != null) {
      notes.note(token, parser);
    }
    if (children.isEmpty()) {
      parser.skipChildren();
      return;
    }
    // If an object occurs twice, only the last one counts, as a whole.
    children.values().forEach(FieldTree::clear);
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      readObject(parser);
    } else {
      parser.skipChildren();
    }
  }

  private void clear() {
    if (notes != null) {
      notes.clear();
    }
    children.values().forEach(FieldTree::clear);
  }
}
