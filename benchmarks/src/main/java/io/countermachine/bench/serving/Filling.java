package io.countermachine.bench.serving;

import io.countermachine.bench.workload.DataSet;
import io.countermachine.bench.workload.Workload;
import io.countermachine.item.CounterTable;
import io.countermachine.item.ItemKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Puts the workload's items into the store. */
final class Filling {
  private static final int ITEMS_PER_CALL = 25;

  private Filling() {}

  /** Creates the table and writes every item there is; returns how many. */
  static int fill(DynamoDbClient client, Workload workload) {
    new CounterTable(client, CounterTable.DEFAULT_NAME).createIfMissing();
    Set<ItemKey> keys = new LinkedHashSet<>();
    for (int request = 0; request < workload.requests(); request++) {
      keys.addAll(workload.keys(request));
    }
    keys.removeIf(key -> !DataSet.has(key));
    List<WriteRequest> batch = new ArrayList<>();
    for (ItemKey key : keys) {
      batch.add(
          WriteRequest.builder()
              .putRequest(
                  put ->
                      put.item(
                          DataSet.item(key, workload.catalog().group(key.group()).orElseThrow())))
              .build());
      if (batch.size() == ITEMS_PER_CALL) {
        write(client, batch);
      }
    }
    write(client, batch);
    return keys.size();
  }

  private static void write(DynamoDbClient client, List<WriteRequest> batch) {
    if (batch.isEmpty()) {
      return;
    }
    List<WriteRequest> entries = List.copyOf(batch);
    boolean whole =
        client
            .batchWriteItem(call -> call.requestItems(Map.of(CounterTable.DEFAULT_NAME, entries)))
            .unprocessedItems()
            .isEmpty();
    if (!whole) {
      throw new IllegalStateException("the store left items unprocessed");
    }
    batch.clear();
  }
}
