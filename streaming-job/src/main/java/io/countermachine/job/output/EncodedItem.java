package io.countermachine.job.output;

import io.countermachine.item.ItemKey;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.flink.connector.dynamodb.sink.DynamoDbWriteRequest;
import org.apache.flink.connector.dynamodb.sink.DynamoDbWriteRequestType;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * An entry of the sink for one item. It holds the item's two keys, joined to one text, and the
 * whole item as the JSON that {@link RetryingDynamoDbClient} sends.
 */
final class EncodedItem {
  /**
   * The attribute by which the sink distinguishes entries: the group's name, which has no dot, a
   * dot, and the key. The two keys alone would not work, because the sink refuses keys of only
   * white space, which DynamoDB accepts.
   */
  static final String ID = "id";

  private static final char SEPARATOR = '.';
  private static final String JSON = "json";
  private static final String CHANGED_MILLIS = "changed";
  private static final String REMOVES = "removes";

  private EncodedItem() {}

  /**
   * An entry for an item.
   *
   * @param changedMillis the instant of the oldest change that it contains, epoch milliseconds
   */
  static DynamoDbWriteRequest of(ItemKey key, byte[] json, long changedMillis) {
    return DynamoDbWriteRequest.builder()
        .setType(DynamoDbWriteRequestType.PUT)
        .setItem(
            Map.of(
                ID,
                AttributeValue.fromS(key.group() + SEPARATOR + key.key()),
                JSON,
                AttributeValue.fromB(SdkBytes.fromByteArrayUnsafe(json)),
                CHANGED_MILLIS,
                AttributeValue.fromN(Long.toString(changedMillis))))
        .build();
  }

  /**
   * An entry that removes an item.
   *
   * @param keyJson the item's two keys
   * @param changedMillis the instant at which the removal was requested, epoch milliseconds
   */
  static DynamoDbWriteRequest removal(ItemKey key, byte[] keyJson, long changedMillis) {
    DynamoDbWriteRequest put = of(key, keyJson, changedMillis);
    Map<String, AttributeValue> attributes = new HashMap<>(put.getItem());
    attributes.put(REMOVES, AttributeValue.fromBool(true));
    return DynamoDbWriteRequest.builder()
        .setType(DynamoDbWriteRequestType.PUT)
        .setItem(Map.copyOf(attributes))
        .build();
  }

  /** Returns true if the entry removes its item. */
  static boolean removes(WriteRequest write) {
    return write.putRequest().item().containsKey(REMOVES);
  }

  /** Returns true if these are the attributes of an encoded item. No plain item has them. */
  static boolean isOf(Map<String, AttributeValue> attributes) {
    return attributes.containsKey(JSON);
  }

  /** Identifies the item of an entry, see {@link #ID}. */
  static String id(WriteRequest write) {
    return write.putRequest().item().get(ID).s();
  }

  /**
   * The instant of the change, epoch milliseconds; empty in entries of releases that did not store
   * it.
   */
  static OptionalLong changedMillis(WriteRequest write) {
    AttributeValue changed = write.putRequest().item().get(CHANGED_MILLIS);
    return changed == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(changed.n()));
  }

  /** The key that was passed to {@link #of}. */
  static ItemKey key(WriteRequest write) {
    String id = id(write);
    int separator = id.indexOf(SEPARATOR);
    return new ItemKey(id.substring(0, separator), id.substring(separator + 1));
  }

  /** The item that was passed to {@link #of}, or the keys that were passed to {@link #removal}. */
  static byte[] json(WriteRequest write) {
    return write.putRequest().item().get(JSON).b().asByteArrayUnsafe();
  }
}
