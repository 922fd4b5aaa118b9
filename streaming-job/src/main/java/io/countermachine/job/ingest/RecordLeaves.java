package io.countermachine.job.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The fields of a well-formed record that hold no object, up to a limit. Used to describe a record
 * that could not be counted.
 */
final class RecordLeaves {
  /** A record may be large, but its description must be short. */
  private static final int MOST = 200;

  private static final int LONGEST_NAME = 100;
  private static final int LONGEST_VALUE = 60;
  private static final int DEEPEST = 8;

  /**
   * A field.
   *
   * @param path the names of the enclosing objects, followed by the field's own name
   * @param value a text or a number as written; empty for anything else, or if it is long
   * @param isNumber true if the value is a whole number
   */
  record Leaf(List<String> path, String value, boolean isNumber) {}

  private final List<Leaf> leaves = new ArrayList<>();

  private RecordLeaves() {}

  static List<Leaf> of(JsonFactory json, byte[] record) {
    RecordLeaves found = new RecordLeaves();
    try (JsonParser parser = json.createParser(record)) {
      parser.nextToken();
      found.read(parser, List.of());
      return found.leaves;
    } catch (IOException e) {
      throw new IllegalStateException("a record that was read before cannot be read", e);
    }
  }

  private void read(JsonParser parser, List<String> parent) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      if (name.length() > LONGEST_NAME || leaves.size() == MOST) {
        parser.skipChildren();
        continue;
      }
      List<String> path = new ArrayList<>(parent);
      path.add(name);
      if (token == JsonToken.START_OBJECT && path.size() < DEEPEST) {
        read(parser, path);
        continue;
      }
      if (token != JsonToken.START_OBJECT) {
        leaves.add(new Leaf(path, value(parser, token), token == JsonToken.VALUE_NUMBER_INT));
      }
      parser.skipChildren();
    }
  }

  private static String value(JsonParser parser, JsonToken token) throws IOException {
    boolean hasText = token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_NUMBER_INT;
    return hasText && parser.getTextLength() <= LONGEST_VALUE ? parser.getText() : "";
  }
}
