package io.countermachine.service;

import io.countermachine.item.CounterTable;
import io.countermachine.local.LocalDynamoDb;
import io.countermachine.local.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The service with {@link TestCatalog}, over DynamoDB Local with an empty table. */
public final class StoredService implements AutoCloseable {
  private final LocalDynamoDb store;
  private final RunningService service;

  private StoredService(LocalDynamoDb store, RunningService service) {
    this.store = store;
    this.service = service;
  }

  /** Starts both; data and logs go below the folder. */
  public static StoredService start(Path folder, String... settings) throws IOException {
    Path catalog = Files.writeString(folder.resolve("test.yaml"), TestCatalog.YAML);
    LocalDynamoDb store = LocalDynamoDb.start(folder, Ports.free()).awaitReady();
    try (DynamoDbClient client = store.client()) {
      new CounterTable(client, CounterTable.DEFAULT_NAME).createIfMissing();
    }
    List<String> arguments = new ArrayList<>(List.of(settings));
    // A busy machine may be slow to answer, which is not what these tests are about.
    arguments.addAll(
        List.of(
            "--counter-machine.request.deadline=30s",
            "--counter-machine.dynamodb.request-budget=30s",
            "--counter-machine.dynamodb.call-timeout=20s",
            "--counter-machine.dynamodb.attempt-timeout=10s",
            "--counter-machine.dynamodb.connection-timeout=10s"));
    arguments.add("--counter-machine.catalog=" + catalog);
    arguments.add("--counter-machine.dynamodb.endpoint=" + store.endpoint());
    return new StoredService(store, RunningService.start(arguments));
  }

  public RunningService service() {
    return service;
  }

  @Override
  public void close() {
    service.close();
    store.close();
  }
}
