package io.countermachine.service.store.dynamodb;

import io.countermachine.item.ItemCodec;
import io.countermachine.item.ItemKey;
import java.io.ByteArrayOutputStream;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.SerializableString;
import tools.jackson.core.io.SerializedString;
import tools.jackson.core.json.JsonFactory;

/** Writes the body of a BatchGetItem request. */
final class BatchGetRequestWriter {
  private static final int BYTES_PER_KEY = 80;
  private static final SerializableString KEY = new SerializedString(ItemCodec.KEY);
  private static final SerializableString FEATURE_NAME =
      new SerializedString(ItemCodec.FEATURE_NAME);
  private static final SerializableString TEXT = new SerializedString("S");

  private final JsonFactory json = new JsonFactory();
  private final SerializableString table;

  BatchGetRequestWriter(String table) {
    this.table = new SerializedString(table);
  }

  byte[] write(List<ItemKey> keys) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(100 + keys.size() * BYTES_PER_KEY);
    try (JsonGenerator generator = json.createGenerator(ObjectWriteContext.empty(), out)) {
      generator.writeStartObject();
      generator.writeObjectPropertyStart("RequestItems");
      generator.writeName(table);
      generator.writeStartObject();
      generator.writeArrayPropertyStart("Keys");
      for (ItemKey key : keys) {
        generator.writeStartObject();
        writeText(generator, KEY, key.key());
        writeText(generator, FEATURE_NAME, key.group());
        generator.writeEndObject();
      }
      generator.writeEndArray();
      generator.writeEndObject();
      generator.writeEndObject();
      generator.writeEndObject();
    }
    return out.toByteArray();
  }

  private static void writeText(
      JsonGenerator generator, SerializableString attribute, String text) {
    generator.writeName(attribute);
    generator.writeStartObject();
    generator.writeName(TEXT);
    generator.writeString(text);
    generator.writeEndObject();
  }
}
