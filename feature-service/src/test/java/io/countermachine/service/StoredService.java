package io.countermachine.service;

import io.countermachine.item.CounterTable;
import io.countermachine.local.process.LocalDynamoDb;
import io.countermachine.local.process.SharedParts;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The service with {@link TestCatalog} and its own table in the DynamoDB Local that all tests
 * share. Only one such service runs at a time.
 */
public final class StoredService implements AutoCloseable {
  private static final String PREFIX = "--counter-machine.";

  /** A busy machine may respond slowly, and most tests are not about that. */
  private static final Map<String, String> PATIENCE =
      Map.of(
          "request.deadline", "30s",
          "dynamodb.call-timeout", "20s",
          "dynamodb.attempt-timeout", "10s",
          "dynamodb.connection-timeout", "10s");

  private final RunningService service;

  private StoredService(RunningService service) {
    this.service = service;
  }

  /**
   * Starts both with an empty table. Data and logs go into the folder.
   *
   * @param settings such as {@code --counter-machine.limits.features=2}
   */
  public static StoredService start(Path folder, String... settings) throws IOException {
    return start(folder, client -> {}, settings);
  }

  /** Starts both with a table that the test fills first. */
  public static StoredService start(
      Path folder, Consumer<DynamoDbClient> filling, String... settings) throws IOException {
    return start(folder, filling, UnaryOperator.identity(), settings);
  }

  /**
   * Starts both with a proxy between them.
   *
   * @param between starts a proxy of the store's address, and returns the proxy's address
   */
  public static StoredService start(
      Path folder, Consumer<DynamoDbClient> filling, UnaryOperator<URI> between, String... settings)
      throws IOException {
    Path catalog = Files.writeString(folder.resolve("test.yaml"), TestCatalog.YAML);
    LocalDynamoDb store = SharedParts.store();
    try (DynamoDbClient client = store.client()) {
      if (client.listTables().tableNames().contains(CounterTable.DEFAULT_NAME)) {
        client.deleteTable(call -> call.tableName(CounterTable.DEFAULT_NAME));
      }
      new CounterTable(client, CounterTable.DEFAULT_NAME).createIfMissing();
      filling.accept(client);
    }
    Map<String, String> arguments = new LinkedHashMap<>();
    PATIENCE.forEach((name, value) -> arguments.put(PREFIX + name, value));
    arguments.put(PREFIX + "catalog", catalog.toString());
    arguments.put(PREFIX + "dynamodb.endpoint", between.apply(store.endpoint()).toString());
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      arguments.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    List<String> line =
        arguments.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .toList();
    return new StoredService(RunningService.start(line));
  }

  public RunningService service() {
    return service;
  }

  @Override
  public void close() {
    service.close();
  }
}
