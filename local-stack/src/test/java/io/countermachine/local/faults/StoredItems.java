package io.countermachine.local.faults;

import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Creates parts of requests for items of posts, in the SDK's types. */
public final class StoredItems {
  private StoredItems() {}

  public static Map<String, AttributeValue> key(String key) {
    return Map.of("key", AttributeValue.fromS(key), "featureName", AttributeValue.fromS("post"));
  }

  public static WriteRequest putRequest(Map<String, AttributeValue> item) {
    return WriteRequest.builder().putRequest(put -> put.item(item)).build();
  }
}
