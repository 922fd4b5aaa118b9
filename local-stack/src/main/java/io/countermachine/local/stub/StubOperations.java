package io.countermachine.local.stub;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * DynamoDB's operations on items, each from a request's bytes to an answer's. Requests stream by a
 * parser and items are copied as they were written, so that the stub costs little beside what is
 * measured against it. What it does not know, such as conditions and projections, it refuses; but
 * the conditions of the item of the catalog hold always.
 */
final class StubOperations {
  private static final int KEYS_PER_GET = 100;
  private static final int ITEMS_PER_WRITE = 25;
  private static final byte[] EMPTY_UNPROCESSED_KEYS = "},\"UnprocessedKeys\":{}}".getBytes(UTF_8);
  private static final byte[] NOTHING_UNPROCESSED = "{\"UnprocessedItems\":{}}".getBytes(UTF_8);
  private static final byte[] NOTHING = "{}".getBytes(UTF_8);
  private static final byte[] ITEMS = "{\"Items\":[".getBytes(UTF_8);
  private static final byte[] END_OF_ITEMS = "]}".getBytes(UTF_8);
  private static final byte[] ITEM = "{\"Item\":".getBytes(UTF_8);

  private final JsonFactory json = new JsonFactory();
  private final Map<String, StubTable> tables = new ConcurrentHashMap<>();
  private final StubTableOperations schemas = new StubTableOperations(tables);
  private final StubStatistics tally = new StubStatistics();
  private final boolean aliases;

  /**
   * Creates operations on no table yet.
   *
   * @param aliases whether an absent key is answered with the item of {@link StubKey#original()},
   *     under the key that was asked for: endlessly many distinct keys in bounded memory
   */
  StubOperations(boolean aliases) {
    this.aliases = aliases;
  }

  /**
   * Writes the answer to a call.
   *
   * @throws StubException where DynamoDB would refuse it, or the stub does not know it
   */
  void answer(String operation, byte[] body, ByteBuf out) throws IOException {
    switch (operation) {
      case "BatchGetItem" -> batchGet(body, out);
      case "GetItem" -> get(body, out);
      case "BatchWriteItem" -> batchWrite(body, out);
      case "PutItem" -> put(body, out);
      case "Scan" -> scan(body, out);
      case DynamoDbStub.STATISTICS ->
          tally.answer(out, tables.values().stream().mapToLong(StubTable::size).sum());
      case DynamoDbStub.FIRST_WRITES -> tally.answerFirstWrites(out);
      default -> schemas.answer(operation, body, out);
    }
  }

  private StubTable table(String name) {
    StubTable table = tables.get(name);
    if (table == null) {
      throw StubException.missing("Requested resource not found: Table: " + name + " not found");
    }
    return table;
  }

  private void batchGet(byte[] body, ByteBuf out) throws IOException {
    try (JsonParser parser = json.createParser(body)) {
      openRequestItems(parser);
      ByteBufUtil.writeAscii(out, "{\"Responses\":{");
      int keys = 0;
      boolean first = true;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        StubTable table = table(parser.currentName());
        parser.nextToken();
        if (!first) {
          out.writeByte(',');
        }
        first = false;
        ByteBufUtil.writeAscii(out, "\"" + table.name() + "\":[");
        keys += getFrom(table, parser, body, out, keys);
        out.writeByte(']');
      }
      if (keys == 0) {
        throw StubException.invalid("1 validation error detected: RequestItems has no keys");
      }
      closeRequestItems(parser);
      out.writeBytes(EMPTY_UNPROCESSED_KEYS);
    }
  }

  private int getFrom(StubTable table, JsonParser parser, byte[] body, ByteBuf out, int before)
      throws IOException {
    StubItemReader reader = new StubItemReader(parser, body, table);
    Set<StubKey> keys = new HashSet<>();
    boolean first = true;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      if (field.equals("ConsistentRead")) {
        continue;
      }
      if (!field.equals("Keys")) {
        throw StubException.invalid("the stub does not know " + field);
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        StubKey key = reader.readKey();
        if (!keys.add(key)) {
          throw StubException.invalid("Provided list of item keys contains duplicates");
        }
        if (before + keys.size() > KEYS_PER_GET) {
          throw StubException.invalid("Too many items requested for the BatchGetItem call");
        }
        first = !writeItem(table, key, out, !first) && first;
      }
    }
    return keys.size();
  }

  private void get(byte[] body, ByteBuf out) throws IOException {
    StubTable table = table(tableName(body));
    try (JsonParser parser = json.createParser(body)) {
      StubKey key = null;
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        parser.nextToken();
        switch (field) {
          case "TableName", "ConsistentRead" -> {}
          case "Key" -> key = new StubItemReader(parser, body, table).readKey();
          default -> throw StubException.invalid("the stub does not know " + field);
        }
      }
      if (key == null) {
        throw StubException.invalid("1 validation error detected: Key is missing");
      }
      int start = out.writerIndex();
      out.writeBytes(ITEM);
      if (writeItem(table, key, out, false)) {
        out.writeByte('}');
      } else {
        out.writerIndex(start).writeBytes(NOTHING);
      }
    }
  }

  /** Writes an item if there is one; whether there is. */
  private boolean writeItem(StubTable table, StubKey key, ByteBuf out, boolean commaBefore) {
    StubItem item = table.get(key);
    boolean alias = item == null && aliases;
    if (alias) {
      item = table.get(key.original());
    }
    if (item == null) {
      return false;
    }
    if (commaBefore) {
      out.writeByte(',');
    }
    byte[] bytes = item.json();
    if (!alias) {
      out.writeBytes(bytes);
      return true;
    }
    out.writeBytes(bytes, 0, item.keyStart()).writeByte('"');
    out.writeBytes(JsonStringEncoder.getInstance().quoteAsUTF8(key.partition())).writeByte('"');
    out.writeBytes(bytes, item.keyEnd(), bytes.length - item.keyEnd());
    return true;
  }

  /** Gives one item at most, as to a caller who asks whether there is any. */
  private void scan(byte[] body, ByteBuf out) throws IOException {
    StubItem any = table(tableName(body)).any();
    out.writeBytes(ITEMS);
    if (any != null) {
      out.writeBytes(any.json());
    }
    out.writeBytes(END_OF_ITEMS);
  }

  private void put(byte[] body, ByteBuf out) throws IOException {
    StubTable table = table(tableName(body));
    StubItem item = null;
    boolean conditional = false;
    try (JsonParser parser = json.createParser(body)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        parser.nextToken();
        switch (field) {
          case "TableName" -> {}
          case "Item" -> item = new StubItemReader(parser, body, table).readItem();
          case "ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues" -> {
            conditional = true;
            parser.skipChildren();
          }
          default -> throw StubException.invalid("the stub does not know " + field);
        }
      }
    }
    if (item == null) {
      throw StubException.invalid("1 validation error detected: Item is missing");
    }
    if (StubTable.isOfCatalog(item.key())) {
      // Only one job writes it, so that its conditions hold.
      table.put(item);
    } else if (conditional) {
      throw StubException.invalid("the stub does not know conditions");
    } else {
      table.put(item);
      tally.called();
      tally.wrote(item);
    }
    out.writeBytes(NOTHING);
  }

  private void batchWrite(byte[] body, ByteBuf out) throws IOException {
    // Read as a whole before anything is stored: a batch with one bad entry changes nothing.
    Map<StubTable, Map<StubKey, Optional<StubItem>>> writes = new LinkedHashMap<>();
    try (JsonParser parser = json.createParser(body)) {
      openRequestItems(parser);
      int entries = 0;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        StubTable table = table(parser.currentName());
        Map<StubKey, Optional<StubItem>> ofTable = new LinkedHashMap<>();
        writes.put(table, ofTable);
        parser.nextToken();
        entries += readWrites(new StubItemReader(parser, body, table), parser, ofTable);
      }
      if (entries > ITEMS_PER_WRITE) {
        throw StubException.invalid("Too many items requested for the BatchWriteItem call");
      }
      closeRequestItems(parser);
    }
    tally.called();
    writes.forEach(
        (table, ofTable) ->
            ofTable.forEach(
                (key, item) ->
                    item.ifPresentOrElse(
                        put -> {
                          table.put(put);
                          tally.wrote(put);
                        },
                        () -> table.remove(key))));
    out.writeBytes(NOTHING_UNPROCESSED);
  }

  private static int readWrites(
      StubItemReader reader, JsonParser parser, Map<StubKey, Optional<StubItem>> writes)
      throws IOException {
    while (parser.nextToken() == JsonToken.START_OBJECT) {
      parser.nextToken();
      String kind = parser.currentName();
      parser.nextToken();
      parser.nextToken();
      String field = parser.currentName();
      parser.nextToken();
      Optional<StubItem> item;
      StubKey key;
      if ("PutRequest".equals(kind) && "Item".equals(field)) {
        item = Optional.of(reader.readItem());
        key = item.get().key();
      } else if ("DeleteRequest".equals(kind) && "Key".equals(field)) {
        item = Optional.empty();
        key = reader.readKey();
      } else {
        throw StubException.invalid("the stub does not know " + kind + " of " + field);
      }
      if (writes.put(key, item) != null) {
        throw StubException.invalid("Provided list of item keys contains duplicates");
      }
      parser.nextToken();
      parser.nextToken();
    }
    return writes.size();
  }

  private static void openRequestItems(JsonParser parser) throws IOException {
    parser.nextToken();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean items = parser.currentName().equals("RequestItems");
      parser.nextToken();
      if (items) {
        return;
      }
      parser.skipChildren();
    }
    throw StubException.invalid("1 validation error detected: RequestItems is missing");
  }

  /** Reads to the end, so that a request that is cut off is not taken for a whole one. */
  private static void closeRequestItems(JsonParser parser) throws IOException {
    while (parser.nextToken() != null) {
      parser.skipChildren();
    }
  }

  /** The table's name may come after what it is needed for. */
  private String tableName(byte[] body) throws IOException {
    try (JsonParser parser = json.createParser(body)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean name = parser.currentName().equals("TableName");
        parser.nextToken();
        if (name) {
          return parser.getText();
        }
        parser.skipChildren();
      }
    }
    throw StubException.invalid("1 validation error detected: TableName is missing");
  }
}
