package io.countermachine.job.output;

import io.countermachine.item.ItemCodec;
import io.countermachine.job.state.UnusableState;
import io.countermachine.json.JsonBytes;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.RequestEntryWrapper;
import org.apache.flink.connector.dynamodb.sink.DynamoDbWriteRequest;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Converts the entries in a savepoint to {@link EncodedItem}s. Earlier releases left entries there,
 * with items as the SDK's objects.
 */
final class RestoredEntryConverter {
  private RestoredEntryConverter() {}

  /**
   * Converts entries.
   *
   * @param nowMillis the instant from which an entry's change counts, because earlier releases
   *     stored none; epoch milliseconds
   */
  static List<BufferedRequestState<DynamoDbWriteRequest>> toEncodedItems(
      Collection<BufferedRequestState<DynamoDbWriteRequest>> states, long nowMillis) {
    JsonBytes json = new JsonBytes();
    return states.stream()
        .map(
            state ->
                new BufferedRequestState<>(
                    state.getBufferedRequestEntries().stream()
                        .map(
                            entry ->
                                new RequestEntryWrapper<>(
                                    toEncodedItem(entry.getRequestEntry(), json, nowMillis),
                                    entry.getSize()))
                        .toList()))
        .toList();
  }

  private static DynamoDbWriteRequest toEncodedItem(
      DynamoDbWriteRequest entry, JsonBytes json, long nowMillis) {
    Map<String, AttributeValue> item = entry.getItem();
    if (EncodedItem.isOf(item)) {
      return entry;
    }
    json.clear();
    writeItem(item, json);
    return EncodedItem.of(ItemCodec.decodeKey(item), json.toArray(), nowMillis);
  }

  /**
   * Writes any item of counters as DynamoDB's JSON.
   *
   * @throws SuppressRestartsException if an attribute has a type that counters do not use
   */
  private static void writeItem(Map<String, AttributeValue> attributes, JsonBytes json) {
    json.write('{');
    for (Map.Entry<String, AttributeValue> attribute : attributes.entrySet()) {
      json.writeName(attribute.getKey());
      write(attribute.getValue(), json);
    }
    json.write('}');
  }

  private static void write(AttributeValue value, JsonBytes json) {
    json.write('{');
    if (value.s() != null) {
      writeScalar("S", value.s(), json);
    } else if (value.n() != null) {
      writeScalar("N", value.n(), json);
    } else if (value.b() != null) {
      byte[] bytes = value.b().asByteArrayUnsafe();
      writeScalar("B", Base64.getEncoder().encodeToString(bytes), json);
    } else if (value.hasM()) {
      json.writeName("M");
      writeItem(value.m(), json);
    } else {
      throw UnusableState.because(
          "an item in the restored state has an attribute of type %s, which this release does not know; %s"
              .formatted(value.type(), UnusableState.startTheRelease()));
    }
    json.write('}');
  }

  private static void writeScalar(String type, String text, JsonBytes json) {
    json.writeName(type);
    json.writeText(text);
  }
}
