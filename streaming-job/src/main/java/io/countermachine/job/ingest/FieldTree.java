package io.countermachine.job.ingest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The places of the fields that a catalog names, as a tree of names that is walked along with a
 * record.
 */
final class FieldTree {
  private final Map<String, FieldTree> children = new HashMap<>();

  /** What is noted of the field here; null where only something below it is named. */
  private ParsedField notes;

  void add(List<String> path, ParsedField field) {
    FieldTree place = this;
    for (String name : path) {
      place = place.children.computeIfAbsent(name, absent -> new FieldTree());
    }
    place.notes = field;
  }

  /** Notes the fields of the object in whose beginning the parser stands, and reads to its end. */
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
    // Of an object that comes twice the last counts, whole.
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
