package io.countermachine.item;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * BatchWriteItem requests for items that are encoded as JSON ({@link ItemJson}). The client needs
 * {@link EncodedBodyInterceptor} among its interceptors.
 */
public final class BatchWrites {
  private static final byte[] PUT = "{\"PutRequest\":{\"Item\":".getBytes(UTF_8);
  private static final byte[] DELETE = "{\"DeleteRequest\":{\"Key\":".getBytes(UTF_8);
  private static final byte[] END_OF_WRITE = "}}".getBytes(UTF_8);
  private static final byte[] END = "]}}".getBytes(UTF_8);

  private final byte[] start;

  /**
   * The items of the SDK's request: the table, by which the SDK may choose an endpoint, and no
   * items.
   */
  private final Map<String, List<WriteRequest>> noItems;

  public BatchWrites(String table) {
    this.start = ("{\"RequestItems\":{\"" + table + "\":[").getBytes(UTF_8);
    this.noItems = Map.of(table, List.of());
  }

  /** A request that puts these items, at most 25, each with a different key. */
  public BatchWriteItemRequest puts(List<byte[]> items) {
    return writes(items, index -> false);
  }

  /**
   * A request that puts or removes these items, at most 25, each with a different key.
   *
   * @param items for those to remove, only their two keys
   * @param removes whether the item at an index is removed
   */
  public BatchWriteItemRequest writes(List<byte[]> items, IntPredicate removes) {
    byte[] body = body(items, removes);
    return BatchWriteItemRequest.builder()
        .requestItems(noItems)
        .overrideConfiguration(
            overrides -> overrides.putExecutionAttribute(EncodedBodyInterceptor.BODY, body))
        .build();
  }

  private byte[] body(List<byte[]> items, IntPredicate removes) {
    int commas = Math.max(0, items.size() - 1);
    int length = start.length + items.size() * END_OF_WRITE.length + commas + END.length;
    for (int i = 0; i < items.size(); i++) {
      length += items.get(i).length + (removes.test(i) ? DELETE : PUT).length;
    }
    ByteBuffer body = ByteBuffer.allocate(length).put(start);
    for (int i = 0; i < items.size(); i++) {
      if (i > 0) {
        body.put((byte) ',');
      }
      body.put(removes.test(i) ? DELETE : PUT).put(items.get(i)).put(END_OF_WRITE);
    }
    return body.put(END).array();
  }
}
