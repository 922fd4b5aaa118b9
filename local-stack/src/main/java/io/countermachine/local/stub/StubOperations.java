package io.countermachine.local.stub;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * DynamoDB's operations on items, from a request's bytes to a response's. Batches are parsed as
 * streams, and items are copied as they were written, so that the stub costs little compared with
 * what it serves to measure. It refuses unknown features such as conditions and projections.
 * Exception: the conditions on the item of the catalog always hold.
 */
final class StubOperations {
  private static final int KEYS_PER_GET = 100;
  private static final int ITEMS_PER_WRITE = 25;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final byte[] EMPTY_UNPROCESSED_KEYS = "},\"UnprocessedKeys\":{}}".getBytes(UTF_8);
  private static final byte[] NOTHING_UNPROCESSED = "{\"UnprocessedItems\":{}}".getBytes(UTF_8);
  private static final Set<String> CONDITION =
      Set.of("ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues");

  private final Map<String, StubTable> tables = new ConcurrentHashMap<>();
  private final StubTableOperations tableOperations = new StubTableOperations(tables);
  private final StubStatistics statistics = new StubStatistics();
  private final StubRefusals refusals = new StubRefusals();
  private final StubDelays delays = new StubDelays();
  private final boolean aliases;

  /**
   * Creates operations without any tables.
   *
   * @param aliases whether a missing key gets the item of {@link StubTable.Key#original()} under
   *     the requested key, so that endlessly many distinct keys need only bounded memory
   */
  StubOperations(boolean aliases) {
    this.aliases = aliases;
  }

  /**
   * Writes the response to a call.
   *
   * @throws StubException if DynamoDB would refuse the call, or if the stub does not support it
   */
  void answer(String operation, byte[] body, ByteBuf out) throws IOException {
    switch (operation) {
      case "BatchGetItem" -> batchGet(body, out);
      case "GetItem" -> get(JSON.readTree(body), out);
      case "BatchWriteItem" -> batchWrite(body, out);
      case "PutItem" -> put(JSON.readTree(body), out);
      case "Scan" -> scan(JSON.readTree(body), out);
      case DynamoDbStub.STATISTICS ->
          statistics.answer(out, tables.values().stream().mapToLong(StubTable::size).sum());
      case DynamoDbStub.FIRST_WRITES -> statistics.answerFirstWrites(out);
      case DynamoDbStub.STALLS -> statistics.answerStalls(out);
      case DynamoDbStub.REFUSE -> refusals.set(body, out);
      case DynamoDbStub.DELAY -> delays.set(body, out);
      case DynamoDbStub.REFUSED_KEYS -> refusals.answerKeys(out);
      default -> tableOperations.answer(operation, body, out);
    }
  }

  /** Counts a call, and returns how much later than others it is to be answered. */
  long delayNanos(String operation) {
    return operation.equals("BatchGetItem") ? delays.nextNanos() : 0;
  }

  private StubTable table(String name) {
    return StubTableOperations.table(tables, name);
  }

  private void batchGet(byte[] body, ByteBuf out) throws IOException {
    boolean refused = refusals.refusesNext();
    try (JsonParser parser = JSON.createParser(body)) {
      openRequestItems(parser);
      ByteBufUtil.writeAscii(out, "{\"Responses\":{");
      int keys = 0;
      String separator = "\"";
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        StubTable table = table(parser.currentName());
        parser.nextToken();
        ByteBufUtil.writeAscii(out, separator + table.name() + "\":[");
        separator = ",\"";
        keys += getFrom(table, parser, body, out, keys, refused);
        out.writeByte(']');
      }
      if (keys == 0) {
        throw StubException.invalid("1 validation error detected: RequestItems has no keys");
      }
      readToEnd(parser);
      if (refused) {
        throw StubException.throttled();
      }
      out.writeBytes(EMPTY_UNPROCESSED_KEYS);
    }
  }

  private int getFrom(
      StubTable table, JsonParser parser, byte[] body, ByteBuf out, int before, boolean refused)
      throws IOException {
    StubItemReader reader = new StubItemReader(parser, body, table);
    Set<StubTable.Key> keys = new HashSet<>();
    boolean first = true;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      if (field.equals("ConsistentRead")) {
        continue;
      }
      if (!field.equals("Keys")) {
        throw unknown(field);
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        StubTable.Key key = reader.readKey();
        if (!keys.add(key)) {
          throw StubException.invalid("Provided list of item keys contains duplicates");
        }
        if (before + keys.size() > KEYS_PER_GET) {
          throw StubException.invalid("Too many items requested for the BatchGetItem call");
        }
        first = !writeItem(table, key, out, !first) && first;
      }
    }
    if (refused) {
      refusals.refused(keys);
    }
    return keys.size();
  }

  private void get(JsonNode request, ByteBuf out) throws IOException {
    requireFields(request, Set.of("TableName", "ConsistentRead", "Key"));
    StubTable table = table(tableName(request));
    StubTable.Key key = reader(request, "Key", table).readKey();
    int start = out.writerIndex();
    ByteBufUtil.writeAscii(out, "{\"Item\":");
    if (!writeItem(table, key, out, false)) {
      out.writerIndex(start).writeByte('{');
    }
    out.writeByte('}');
  }

  /** Writes an item if it exists, and returns whether it does. */
  private boolean writeItem(StubTable table, StubTable.Key key, ByteBuf out, boolean commaBefore) {
    StubTable.Item item = table.get(key);
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

  /** Returns at most one item, which is enough for a caller that asks whether there is any. */
  private void scan(JsonNode request, ByteBuf out) {
    StubTable.Item any = table(tableName(request)).any();
    ByteBufUtil.writeAscii(out, "{\"Items\":[");
    if (any != null) {
      out.writeBytes(any.json());
    }
    ByteBufUtil.writeAscii(out, "]}");
  }

  private void put(JsonNode request, ByteBuf out) throws IOException {
    Set<String> known = new HashSet<>(CONDITION);
    known.addAll(List.of("TableName", "Item"));
    requireFields(request, known);
    StubTable table = table(tableName(request));
    StubTable.Item item = reader(request, "Item", table).readItem();
    // Only one job writes the item of the catalog, so its conditions always hold.
    if (!StubTable.isOfCatalog(item.key())) {
      if (CONDITION.stream().anyMatch(request::has)) {
        throw unknown("conditions");
      }
      statistics.called();
      statistics.wrote(item);
    }
    table.put(item);
    ByteBufUtil.writeAscii(out, "{}");
  }

  private void batchWrite(byte[] body, ByteBuf out) throws IOException {
    // Read the whole batch before storing anything: a batch with one invalid entry changes nothing.
    Map<StubTable, Map<StubTable.Key, Optional<StubTable.Item>>> writes = new LinkedHashMap<>();
    try (JsonParser parser = JSON.createParser(body)) {
      openRequestItems(parser);
      int entries = 0;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        StubTable table = table(parser.currentName());
        Map<StubTable.Key, Optional<StubTable.Item>> ofTable = new LinkedHashMap<>();
        writes.put(table, ofTable);
        parser.nextToken();
        entries += readWrites(new StubItemReader(parser, body, table), parser, ofTable);
      }
      if (entries > ITEMS_PER_WRITE) {
        throw StubException.invalid("Too many items requested for the BatchWriteItem call");
      }
      readToEnd(parser);
    }
    statistics.called();
    writes.forEach(
        (table, ofTable) ->
            ofTable.forEach(
                (key, item) -> {
                  item.ifPresentOrElse(table::put, () -> table.remove(key));
                  item.ifPresent(statistics::wrote);
                }));
    out.writeBytes(NOTHING_UNPROCESSED);
  }

  private static int readWrites(
      StubItemReader reader, JsonParser parser, Map<StubTable.Key, Optional<StubTable.Item>> writes)
      throws IOException {
    while (parser.nextToken() == JsonToken.START_OBJECT) {
      String kind = parser.nextFieldName();
      parser.nextToken();
      String field = parser.nextFieldName();
      parser.nextToken();
      Optional<StubTable.Item> item = Optional.empty();
      StubTable.Key key;
      if ("PutRequest".equals(kind) && "Item".equals(field)) {
        item = Optional.of(reader.readItem());
        key = item.get().key();
      } else if ("DeleteRequest".equals(kind) && "Key".equals(field)) {
        key = reader.readKey();
      } else {
        throw unknown(kind + " of " + field);
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
    throw missing("RequestItems");
  }

  /** Detects a request that is cut off. */
  private static void readToEnd(JsonParser parser) throws IOException {
    while (parser.nextToken() != null) {
      parser.skipChildren();
    }
  }

  private static void requireFields(JsonNode request, Set<String> known) {
    for (Iterator<String> fields = request.fieldNames(); fields.hasNext(); ) {
      String field = fields.next();
      if (!known.contains(field)) {
        throw unknown(field);
      }
    }
  }

  private static String tableName(JsonNode request) {
    if (!request.path("TableName").isTextual()) {
      throw missing("TableName");
    }
    return request.get("TableName").textValue();
  }

  /** A reader at the position of a request's field. */
  private static StubItemReader reader(JsonNode request, String field, StubTable table)
      throws IOException {
    if (!request.has(field)) {
      throw missing(field);
    }
    byte[] bytes = JSON.writeValueAsBytes(request.get(field));
    JsonParser parser = JSON.createParser(bytes);
    parser.nextToken();
    return new StubItemReader(parser, bytes, table);
  }

  private static StubException unknown(String what) {
    return StubException.invalid("the stub does not know " + what);
  }

  private static StubException missing(String field) {
    return StubException.invalid("1 validation error detected: " + field + " is missing");
  }
}
