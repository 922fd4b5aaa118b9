package io.countermachine.local.stub;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads keys and items from a request as a stream. */
final class StubItemReader {
  private static final int MAX_PARTITION_BYTES = 2048;
  private static final int MAX_SORT_BYTES = 1024;

  private final JsonParser parser;
  private final byte[] body;
  private final StubTable table;

  private String partition;
  private String sort;
  private int attributes;
  private int keyStart;
  private int keyEnd;

  StubItemReader(JsonParser parser, byte[] body, StubTable table) {
    this.parser = parser;
    this.body = body;
    this.table = table;
  }

  /** Reads the object at the parser's position, which contains only a key. */
  StubTable.Key readKey() throws IOException {
    readAttributes(false);
    if (attributes != (table.sortAttribute() == null ? 1 : 2)) {
      throw StubException.invalid("The provided key element does not match the schema");
    }
    return key();
  }

  /** Reads the item at the parser's position. */
  StubTable.Item readItem() throws IOException {
    int start = (int) parser.currentTokenLocation().getByteOffset();
    readAttributes(true);
    int end = (int) parser.currentTokenLocation().getByteOffset() + 1;
    byte[] json = Arrays.copyOfRange(body, start, end);
    return new StubTable.Item(key(), json, keyStart - start, keyEnd - start);
  }

  private void readAttributes(boolean locate) throws IOException {
    partition = null;
    sort = table.sortAttribute() == null ? "" : null;
    attributes = 0;
    require(JsonToken.START_OBJECT, parser.currentToken());
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      attributes++;
      if (name.equals(table.partitionAttribute())) {
        partition = readText(locate, name, MAX_PARTITION_BYTES);
      } else if (name.equals(table.sortAttribute())) {
        sort = readText(false, name, MAX_SORT_BYTES);
      } else {
        parser.skipChildren();
      }
    }
  }

  private StubTable.Key key() {
    if (partition == null || sort == null) {
      throw StubException.invalid(
          "One of the required keys was not given a value; the key is %s%s"
              .formatted(
                  table.partitionAttribute(),
                  table.sortAttribute() == null ? "" : " and " + table.sortAttribute()));
    }
    return new StubTable.Key(partition, sort);
  }

  /** Reads {@code {"S": text}}. */
  private String readText(boolean locate, String attribute, int maxBytes) throws IOException {
    require(JsonToken.START_OBJECT, parser.currentToken());
    parser.nextToken();
    if (!"S".equals(parser.currentName()) || parser.nextToken() != JsonToken.VALUE_STRING) {
      throw StubException.invalid("Type mismatch for key " + attribute + " expected: S");
    }
    int start = locate ? (int) parser.currentTokenLocation().getByteOffset() : 0;
    String text = parser.getText();
    if (locate) {
      keyStart = start;
      keyEnd = (int) parser.currentLocation().getByteOffset();
    }
    require(JsonToken.END_OBJECT, parser.nextToken());
    if (text.isEmpty()) {
      throw StubException.invalid(
          "One or more parameter values are not valid. The AttributeValue for a key attribute"
              + " cannot contain an empty string value. Key: "
              + attribute);
    }
    // A char has at most three bytes in UTF-8, so most keys need not be encoded to check their
    // size.
    if (text.length() > maxBytes / 3 && text.getBytes(StandardCharsets.UTF_8).length > maxBytes) {
      throw StubException.invalid(
          "One or more parameter values were invalid: Size of key " + attribute + " exceeds limit");
    }
    return text;
  }

  private static void require(JsonToken expected, JsonToken found) {
    if (found != expected) {
      throw StubException.invalid("expected " + expected + ", found " + found);
    }
  }
}
